/** Places where data is not safe from others: the network, and folders that a service copies while they are written. */

import { drivesOfNow, isOnNetworkDrive } from '../services/folder-places.ts';
import type { Surroundings } from './data-directory.ts';

export type DataRisk = 'network' | 'synchronised';

/** Folders of services that copy what lies in them, as they name them; macOS gathers them below the last two. */
const services =
  /^(onedrive( - .+)?|dropbox( \(.+\))?|google ?drive|my drive|マイドライブ|icloud ?drive|box|nextcloud|cloudstorage|mobile documents)$/i;
const oneDrives = ['OneDrive', 'OneDriveCommercial', 'OneDriveConsumer'];

/**
 * What speaks against a data folder; null where nothing does. A database on a share is damaged where two PCs lock it in
 * vain (https://www.sqlite.org/useovernet.html), and a service that copies holds files and brings older ones back.
 * Windows takes a second to say what its letters stand for; nobody's start has to wait for that. Never throws.
 * @param path absolute
 * @param drives its answer
 */
export async function dataRisk(
  path: string,
  { platform, environment }: Pick<Surroundings, 'platform' | 'environment'> = {
    platform: process.platform,
    environment: process.env,
  },
  drives: () => Promise<readonly string[]> = drivesOfNow,
): Promise<DataRisk | null> {
  if (platform === 'win32' && /^[\\/]{2}(?![?.])|^\\\\\?\\UNC\\/i.test(path)) return 'network';
  if (platform !== 'win32' && platform !== 'darwin') return null;
  const parts = path.split(/[\\/]/);
  const within = (folder: string | undefined) =>
    folder !== undefined && folder !== '' && `${path.toLowerCase()}\\`.startsWith(`${folder.toLowerCase()}\\`);
  const copied = parts.some((part) => services.test(part)) || oneDrives.some((name) => within(environment[name]));
  if (copied) return 'synchronised';
  const local = path.replace(/^\\\\[?.]\\/, '');
  return platform === 'win32' && isOnNetworkDrive(local, await drives()) ? 'network' : null;
}
