/** Which of several graphics cards DirectML takes: its first, which in a laptop is often the small one, or the one named. */

/** Counted from 0, as Windows' task manager numbers its GPUs. */
export const adapterVariable = 'USUMAKU_DML_ADAPTER';

/** The adapter that is named; 0 where none is, or what is named is no number. */
export function chosenAdapter(environment: NodeJS.ProcessEnv = process.env): number {
  const named = environment[adapterVariable];
  return named !== undefined && /^\d{1,2}$/.test(named) ? Number(named) : 0;
}
