/** The plant's own safety questions: list, add, change, delete. */

import type { safetyRequests } from '../contract/areas/safety.ts';
import type { OwnSafetyQuestion } from '../contract/entities.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { plantsOwnSafetyId } from '../contract/rules/safety.ts';
import { changesBetween } from '../domain/changes.ts';
import { cleanSafetyQuestion, isKnownSafetyQuestion } from '../domain/safety/questions.ts';
import { readSafetyPack } from './bundled-files.ts';
import { type Context, requireFound, requireUnchanged } from './context.ts';

const topics = ['safety'] as const;

export function createSafety(context: Context): HandlersOf<typeof safetyRequests> {
  const { store, bundled } = context;
  return {
    'safety.list': async () => ({ pack: readSafetyPack(bundled.safetyFile), own: store.safety.all() }),
    'safety.add': async ({ questions }) => {
      const present: OwnSafetyQuestion[] = [...store.safety.all()];
      const fresh: OwnSafetyQuestion[] = [];
      for (const written of questions.map(cleanSafetyQuestion)) {
        if (isKnownSafetyQuestion(written, present)) continue;
        const now = context.now();
        const id = plantsOwnSafetyId(context.ids());
        const own = { id, ...written, createdBy: context.currentOperator(), createdAt: now, updatedAt: now };
        present.push(own);
        fresh.push(own);
      }
      const known = questions.length - fresh.length;
      const [first] = fresh;
      if (!first) return { added: 0, known };
      const happening = { kind: 'safety.added', subject: first.question, values: { questions: fresh.length } } as const;
      context.change(topics, happening, () => {
        for (const own of fresh) store.safety.add(own);
      });
      return { added: fresh.length, known };
    },
    'safety.update': async ({ id, question, basedOn }) => {
      const present = requireFound(store.safety.get(id), 'safetyQuestion', id);
      requireUnchanged('safetyQuestion', present, basedOn);
      const written = cleanSafetyQuestion(question);
      isKnownSafetyQuestion(
        written,
        store.safety.all().filter((each) => each.id !== id),
      );
      const changed = { ...present, ...written, updatedAt: context.now() };
      const changes = changesBetween(present, { ...present, ...written });
      return context.change(topics, { kind: 'safety.changed', subject: present.question, changes }, () => {
        store.safety.update(changed);
        return changed;
      });
    },
    'safety.delete': async ({ id }) => {
      const present = requireFound(store.safety.get(id), 'safetyQuestion', id);
      const { question, required, forbidden } = present;
      const values = { required: required.join(' / '), forbidden: forbidden.join(' / ') };
      return context.change(topics, { kind: 'safety.deleted', subject: question, values }, () => {
        store.safety.delete(id);
        return present;
      });
    },
  };
}
