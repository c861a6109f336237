/** Adding and removing adapters while serving, as vLLM does: https://docs.vllm.ai/en/latest/features/lora.html */

import type { Hono } from 'hono';
import * as v from 'valibot';
import { ApiError, badField, unknownModel } from './api-error.ts';
import type { ServedModels } from './models.ts';

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const loading = v.object({ lora_name: name, lora_path: v.pipe(v.string(), v.minLength(1)) });
const unloading = v.object({ lora_name: name });

/** @param bodyOf the JSON of a request */
export function addAdapterRoutes<Env extends { Variables: object }>(
  routes: Hono<Env>,
  adapters: NonNullable<ServedModels['adapters']>,
  bodyOf: (request: Request) => Promise<unknown>,
): void {
  routes.post('/v1/load_lora_adapter', async (context) => {
    const { lora_name, lora_path } = read(loading, await bodyOf(context.req.raw));
    await adapters.load(lora_name, lora_path);
    return context.text(`Success: LoRA adapter '${lora_name}' added successfully.`);
  });
  routes.post('/v1/unload_lora_adapter', async (context) => {
    const { lora_name } = read(unloading, await bodyOf(context.req.raw));
    if (!adapters.unload(lora_name)) throw unknownModel(lora_name);
    return context.text(`Success: LoRA adapter '${lora_name}' removed successfully.`);
  });
}

function read<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const field = v.getDotPath(result.issues[0]);
  if (field === null) throw new ApiError(400, 'The body must be a JSON object.', { code: 'invalid_json' });
  throw badField(field, `Invalid value for '${field}': ${result.issues[0].message}`);
}
