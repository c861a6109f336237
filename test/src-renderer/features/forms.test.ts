/** What people type becomes what the contract asks for. */

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { requests } from '../../../src-main/contract/requests.ts';
import { usualSettings } from '../../../src-main/contract/rules/project-settings.ts';
import type { Project, TrainSettings } from '../../../src-main/contract/index.ts';
import { ReturnsForm } from '../../../src-renderer/features/prove/returns-form.svelte.ts';
import { ProjectForm } from '../../../src-renderer/features/setup/project-form.svelte.ts';
import {
  canBeFast,
  memoryWayNames,
  memoryWayOf,
  memoryWays,
  TrainForm,
} from '../../../src-renderer/features/train/train-form.svelte.ts';

const project: Project = {
  site: '見浜工場',
  department: 'プレス課',
  purpose: '',
  targetScore: 0.07,
  largestRegression: 0.02,
  ...usualSettings,
  questionsPerDay: 30,
  minutesPerQuestion: 6,
  hourlyCost: 4000,
  currency: 'JPY',
  modelId: 'starter',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

describe('ReturnsForm', () => {
  const assumptions = {
    ...{ workingDays: 240, coveredShare: 0.5, minutesToCheck: 1, collectionHours: 10, upkeepHours: 5, machineCost: 0 },
    ...{ watts: 100, hoursPerDay: 8, electricityPrice: 30, realUse: null },
  };

  it('tells what another window saved while somebody was typing, and saves over it only when told to', () => {
    const form = new ReturnsForm();
    form.follow({ assumptions, assumptionsAt: '' });
    form.draft!.watts = 300;
    form.touched = true;
    const other = { assumptions: { ...assumptions, watts: 200, coveredShare: 0.6 }, assumptionsAt: 'later' };
    form.follow(other);
    expect(form.otherThan(other)).toBe(other);
    expect(form.differences(other).filter(({ other: theirs, mine }) => theirs !== mine)).toEqual([
      { name: 'watts', other: '200', mine: '300' },
      { name: 'coveredPercent', other: '60', mine: '50' },
    ]);
    expect(v.parse(requests['returns.save'].input, form.input)).toEqual({
      assumptions: { ...assumptions, watts: 300 },
      basedOn: '',
    });
    form.take(other);
    expect([form.draft!.watts, form.otherThan(other), form.input!.basedOn]).toEqual([200, null, 'later']);
    // What was saved here is nobody else's, whenever it comes back.
    form.draft!.watts = 400;
    form.touched = form.saved = true;
    form.follow(other);
    expect(form.draft!.watts).toBe(400);
    const own = { assumptions: { ...assumptions, watts: 400 }, assumptionsAt: 'now' };
    expect(form.otherThan(own)).toBeNull();
    form.follow(own);
    expect([form.touched, form.saved, form.basedOn]).toEqual([false, false, 'now']);
  });
});

describe('ProjectForm', () => {
  it('shows shares as percentages without stray digits, and gives them back as shares', () => {
    const form = new ProjectForm('ja');
    form.follow(project);
    expect([form.draft.targetPercent, form.draft.regressionPoints, form.draft.largestInvention]).toEqual([7, 2, 10]);
    const { updatedAt, ...saved } = project;
    expect(v.parse(requests['project.save'].input, form.input)).toEqual({ ...saved, basedOn: updatedAt });
  });

  it('does not overwrite what somebody is typing', () => {
    const form = new ProjectForm('ja');
    form.draft.site = 'typing';
    form.touched = true;
    form.follow(project);
    expect(form.draft.site).toBe('typing');
  });

  it('tells what another window saved while somebody was typing, and takes it over only when told to', () => {
    const form = new ProjectForm('ja');
    form.follow(project);
    const other = { ...project, site: '別の工場', updatedAt: '2026-01-02T00:00:00.000Z' };
    expect(form.otherThan(other)).toBeNull();
    form.touched = true;
    expect(form.otherThan(project)).toBeNull();
    form.follow(other);
    expect(form.otherThan(other)).toBe(other);
    expect(form.draft.site).toBe('見浜工場');
    form.take(other);
    expect([form.draft.site, form.touched, form.otherThan(other)]).toEqual(['別の工場', false, null]);
  });

  it('offers a first model without replacing a choice', () => {
    const form = new ProjectForm('en');
    form.offer('starter');
    form.offer('other');
    expect(form.draft.modelId).toBe('starter');
  });

  it('reckons what a day of questions costs', () => {
    const form = new ProjectForm('ja');
    form.follow(project);
    expect(form.costPerDay).toBe(12_000);
  });
});

describe('TrainForm', () => {
  const settings: TrainSettings = {
    method: 'lora',
    rank: 16,
    alpha: 32,
    dropout: 0,
    targetModules: ['q_proj', 'v_proj'],
    learningRate: 0.002,
    schedule: 'cosine',
    warmupRatio: 0.05,
    weightDecay: 0,
    clipNorm: 1,
    epochs: 3,
    batchSize: 8,
    maxTokens: 256,
    seed: 1,
    checkpointEverySteps: 20,
  };

  it('sends a preset by its name alone, a fast one with its base in 8 bits', () => {
    const form = new TrainForm();
    expect(form.input).toEqual({ preset: 'standard' });
    form.fast = true;
    expect(form.input).toEqual({ preset: 'standard', basePrecision: 'int8' });
  });

  it('offers to be fast where 8 bits are: a large model on the CPU', () => {
    const [large, starter] = [{ parameters: 494_000_000 }, { parameters: 4_430_000 }];
    expect(canBeFast(large, { chosen: 'cpu' })).toBe(true);
    expect(canBeFast(starter, { chosen: 'cpu' })).toBe(false);
    expect(canBeFast(large, { chosen: 'webgpu' })).toBe(false);
    expect(canBeFast(undefined, null)).toBe(false);
  });

  it('starts the expert from the settings of the preset, and keeps what the expert changed', () => {
    const form = new TrainForm();
    form.beginExpert(settings);
    form.change({ rank: 4 });
    form.preset = 'quick';
    form.beginExpert(settings);
    expect(v.parse(requests['training.start'].input, form.input)).toEqual({
      preset: 'expert',
      initialAdapterId: null,
      settings: { ...settings, rank: 4 },
    });
  });

  it('leaves memory to the plan until somebody decides it, the way and the rows each by itself', () => {
    const form = new TrainForm();
    form.beginExpert(settings);
    const memory = () => v.parse(requests['training.start'].input, form.input).settings?.memory;
    expect(memory()).toBeUndefined();
    form.chooseMicroBatch(2);
    form.chooseMemoryWay('mapped');
    expect(memory()).toEqual({ mapped: true, recompute: 'none', microBatch: 2 });
    form.chooseMemoryWay('auto');
    expect(memory()).toEqual({ microBatch: 2 });
    form.chooseMicroBatch(null);
    expect(memory()).toEqual({});
    expect(memoryWayOf(memory())).toBe('auto');
    expect(memoryWayNames.map((name) => memoryWayOf(memoryWays[name]))).toEqual(memoryWayNames);
  });

  it.each([
    ['q_proj, k_proj', ['q_proj', 'k_proj']],
    ['q_proj、v_proj', ['q_proj', 'v_proj']],
    ['all-linear', 'all-linear'],
    ['  ', 'all-linear'],
  ])('reads the layers to adapt from “%s”', (text, modules) => {
    const form = new TrainForm();
    form.beginExpert(settings);
    form.changeTargetModules(text);
    expect(form.settings?.targetModules).toEqual(modules);
  });
});
