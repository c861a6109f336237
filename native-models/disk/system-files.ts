/** Files that Finder, Explorer and disks of other systems leave in people's folders: nobody put them there, and they mean nothing. */

/** Thumbnails, a folder's look, and what macOS keeps beside each file (`._name`) on disks that have no place for it. */
const leftBySystems = /^(\.DS_Store|\.localized|Icon\r|\._.*|Thumbs\.db|ehthumbs\.db|desktop\.ini)$/i;

/** Whether a file of this name counts as not there. */
export const isSystemFile = (name: string): boolean => leftBySystems.test(name);
