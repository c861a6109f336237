/** The one address that the window may show: our own scheme, so that no server and no file path is involved. */

/** https://www.electronjs.org/docs/latest/tutorial/security#18-avoid-usage-of-the-file-protocol-and-prefer-usage-of-custom-protocols */
export const scheme = 'usumaku';

export const startAddress = `${scheme}://app/`;

/** Whether an address is a page or file of ours. `URL.origin` says "null" for schemes it does not know, so the parts are compared. */
export function isOwnAddress(address: string): boolean {
  const url = URL.parse(address);
  return (
    url !== null && url.protocol === `${scheme}:` && url.host === 'app' && url.username === '' && url.password === ''
  );
}
