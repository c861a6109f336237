/** Texts that people and models wrote stay texts: nothing in them becomes markup. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
