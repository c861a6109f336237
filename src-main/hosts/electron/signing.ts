/**
 * How an app for macOS is signed, by what the environment names. electron-builder reads the certificates themselves:
 * https://www.electron.build/code-signing (CSC_LINK, CSC_NAME; WIN_CSC_LINK on Windows).
 */

/** With a certificate: hardened, as notarisation asks. Without: the signature that Apple silicon asks of every program. */
export function macSigning(environment: NodeJS.ProcessEnv = process.env) {
  const certificate = Boolean(environment['CSC_LINK'] || environment['CSC_NAME']);
  // Without a team's name on them, hardened programs would refuse their own libraries.
  if (!certificate) return { identity: '-', hardenedRuntime: false, notarize: false };
  const account = Boolean(
    environment['APPLE_API_KEY'] || environment['APPLE_ID'] || environment['APPLE_KEYCHAIN_PROFILE'],
  );
  return { hardenedRuntime: true, notarize: account };
}

/** Turning fuses breaks the signature that Electron came with, and Apple silicon runs nothing unsigned; only macOS mends it. */
export const macFuses = { resetAdHocDarwinSignature: process.platform === 'darwin' };
