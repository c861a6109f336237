/** Whose a safety question is: asked by the office, by reports and by every window. */

const mark = 'own-';

/** The id of one that the plant added. */
export const plantsOwnSafetyId = (id: string): string => mark + id;

/** Whether the plant added it; the others come with the app. */
export const isPlantsOwnSafety = (id: string): boolean => id.startsWith(mark);
