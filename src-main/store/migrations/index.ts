/** The ladder of schemas: entry n brings a database from `user_version` n to n + 1. Never change an entry that shipped. */

import { foundation } from './0001-foundation.ts';
import { adapterOrigin } from './0002-adapter-origin.ts';
import { modelLibrary } from './0003-model-library.ts';
import { runDevice } from './0004-run-device.ts';
import { runMemory } from './0005-run-memory.ts';
import { evaluationDevice } from './0006-evaluation-device.ts';
import { largestTensor } from './0007-largest-tensor.ts';
import { answeringPrecision } from './0008-precision.ts';
import { evaluationSets } from './0009-evaluation-sets.ts';
import { answersSoFar } from './0010-answers-so-far.ts';
import { costsAndReturns } from './0011-costs-and-returns.ts';
import { routes } from './0012-routes.ts';
import { logChanges } from './0013-log-changes.ts';
import { evaluationRecords } from './0014-evaluation-records.ts';
import { modelIdentity } from './0015-model-identity.ts';
import { votes } from './0016-votes.ts';
import { safetyQuestions } from './0017-safety-questions.ts';
import { answerSeconds } from './0018-answer-seconds.ts';
import { rejectedWordings } from './0019-rejected-wordings.ts';
import { lastChanges } from './0020-last-changes.ts';
import { furtherRoutes } from './0021-further-routes.ts';
import { clients } from './0022-clients.ts';
import { answersOfRelease } from './0023-answers-of-release.ts';
import { runSettling } from './0024-run-settling.ts';
import { logTexts } from './0025-log-texts.ts';
import { newestGrades } from './0026-newest-grades.ts';
import { settlingReason } from './0027-settling-reason.ts';
import { stagedVersions } from './0028-staged-versions.ts';
import { projectSettings } from './0029-project-settings.ts';
import { seals } from './0030-seals.ts';
import { stationPlaces } from './0031-station-places.ts';
import { probeSetups } from './0032-probe-setups.ts';

export const migrations: readonly string[] = [
  foundation,
  adapterOrigin,
  modelLibrary,
  runDevice,
  runMemory,
  evaluationDevice,
  largestTensor,
  answeringPrecision,
  evaluationSets,
  answersSoFar,
  costsAndReturns,
  routes,
  logChanges,
  evaluationRecords,
  modelIdentity,
  votes,
  safetyQuestions,
  answerSeconds,
  rejectedWordings,
  lastChanges,
  furtherRoutes,
  clients,
  answersOfRelease,
  runSettling,
  logTexts,
  newestGrades,
  settlingReason,
  stagedVersions,
  projectSettings,
  seals,
  stationPlaces,
  probeSetups,
];
