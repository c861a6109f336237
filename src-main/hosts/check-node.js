/** What `npm ci` runs last: says at once where no Node that is new enough can be had. */

import console from 'node:console';
import { nodeNeeded } from './node-needed.js';

const sentence = nodeNeeded();
if (sentence !== null) console.error(sentence);
