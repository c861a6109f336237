/** The token of this station: from the link that opened the page, kept for the next time it is opened without it. */

const key = 'usumaku.stationToken';

/** null: the page was never opened by its link. */
export function stationToken(): string | null {
  const given = location.hash.slice(1);
  try {
    if (given === '') return localStorage.getItem(key);
    localStorage.setItem(key, given);
    // Nobody who looks over a shoulder, or at the history, shall read it.
    history.replaceState(null, '', location.pathname);
  } catch {
    // Without storage it stays in the address.
  }
  return given === '' ? null : given;
}
