/** Fetches the archive of the package in its first argument in a process of its own: a proxy is set for a whole process. */

import { fetchArchive } from '../../../../src-main/hosts/desktop/archive.ts';

process.stdout.write(await fetchArchive({ packageDirectory: process.argv[2] ?? '' }));
