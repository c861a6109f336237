/**
 * How the processes of this app share the processor: the window first, then answers, then long work. A training gives way to
 * answers by this alone; it keeps its threads, so it loses nothing while nobody asks.
 * 0 is normal, 19 least; Windows knows steps, and calls 10 to 18 "below normal": https://nodejs.org/api/os.html#ospriority
 */

/** People wait for these. */
export const answersPriority = 2;
/**
 * Training, evaluating: against answers it gets a quarter of the processor on Linux, where each step weighs 1.25 times the
 * next, and less on Windows. Much less would starve it on a PC that others keep busy.
 */
export const workPriority = process.platform === 'win32' ? 10 : 7;

/** Environment variable that tells a process its own. */
export const priorityVariable = 'USUMAKU_PRIORITY';
