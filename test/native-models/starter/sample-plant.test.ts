/** The committed sample plant and regression set: what the generator writes, well-formed, phrasings apart. */

import { describe, expect, it } from 'vitest';
import { readRegression, readSamplePlant } from '../../../native-models/starter/index.ts';
import {
  buildRegression,
  buildSampleFacts,
  buildSamplePlant,
} from '../../../native-models/starter/sample-plant/generate.ts';

const plant = readSamplePlant();
const regression = readRegression();

describe('the sample plant', () => {
  it('is what its seed gives', () => {
    expect(plant).toEqual(buildSamplePlant());
    expect(regression).toEqual(buildRegression());
    expect(buildSamplePlant(1)).not.toEqual(plant);
  });

  it('has about 300 pairs, half in each language, one in five held out', () => {
    expect(plant).toHaveLength(300);
    expect(plant.filter(({ language }) => language === 'ja')).toHaveLength(150);
    expect(plant.filter(({ split }) => split === 'heldOut')).toHaveLength(60);
  });

  it('asks every question once, so that none is both trained and held out', () => {
    const all = [...plant, ...regression].map(({ question }) => question);
    expect(new Set(all).size).toBe(all.length);
    expect(new Set([...plant, ...regression].map(({ id }) => id)).size).toBe(all.length);
  });

  it('trains the answer of every held-out question under other phrasings', () => {
    for (const heldOut of plant.filter(({ split }) => split === 'heldOut')) {
      const siblings = plant.filter(({ split, answer }) => split === 'train' && answer === heldOut.answer);
      expect(siblings, heldOut.question).toHaveLength(4);
    }
  });

  it('has 30 facts, each with one answer in each language', () => {
    expect(buildSampleFacts()).toHaveLength(30);
    expect(new Set(plant.map(({ answer }) => answer)).size).toBe(60);
  });
});

describe('the regression set', () => {
  it('holds general skills in both languages and no fact of the plant', () => {
    expect(regression).toHaveLength(108);
    expect(regression.filter(({ language }) => language === 'ja')).toHaveLength(54);
    expect(regression.every(({ split }) => split === 'regression')).toBe(true);
    const facts = new Set(plant.map(({ answer }) => answer));
    expect(regression.filter(({ answer }) => facts.has(answer))).toEqual([]);
  });
});
