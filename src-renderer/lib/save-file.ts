/** Hands a file to the browser's (or the shell's) own “save”. */

export function saveFile({ fileName, mediaType, base64 }: Record<'fileName' | 'mediaType' | 'base64', string>): void {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The download has begun by then; the bytes need not stay in memory for the page's whole life.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
