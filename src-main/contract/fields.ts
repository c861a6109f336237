/** What inputs are made of, with the limits that screens may show too. */

import * as v from 'valibot';
import { limits } from './rules/limits.ts';
import { precisions } from './rules/precisions.ts';

export const nothing = v.strictObject({});
export const id = v.pipe(v.string(), v.regex(/^[0-9a-zA-Z_-]{1,64}$/));
/** A name that programs use too: small letters, digits, hyphens. */
export const slug = v.pipe(v.string(), v.regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/));
/** Whether a text comes back as it was from where it is kept: half a pair of UTF-16 does not, nor what stands behind NUL. */
export const isStorable = (given: string): boolean => given.isWellFormed() && !given.includes('\0');
const storable = v.rawCheck<string>(({ dataset, addIssue }) => {
  if (dataset.typed && !isStorable(dataset.value)) addIssue();
});
/** Possibly empty. */
export const text = (limit: number) => v.pipe(v.string(), v.maxLength(limit), storable);
/** Trimmed, and not empty. */
export const line = (limit: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(limit), storable);
export const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
export const between = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most));
/** 0 to 1. */
export const share = between(0, 1);
export const amount = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e9));
/** Minute of a day, as 08:00. */
export const clock = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/));
/** ISO 8601 in UTC. */
export const moment = v.pipe(v.string(), v.isoTimestamp());
export const path = text(limits.path);
export const precision = v.picklist(precisions);
