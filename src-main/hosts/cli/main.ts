/**
 * `usumaku …` from a terminal. What is about a plant's data (poc, projects, safety, report, rerun, rollout, revert) goes
 * through the app's requests; what is about a folder that somebody names (train, prove, doctor, generate …) needs no data of a
 * plant, and takes of the services what they do with folders.
 */

import packageFile from '../../../package.json' with { type: 'json' };
import { apiCommand } from './api.ts';
import { createGroup, runCommand } from './command.ts';
import { comparePrecisionsCommand } from './compare-precisions.ts';
import { doctorCommand } from './doctor.ts';
import { generateCommand } from './generate.ts';
import { inspectCommand } from './inspect.ts';
import { exportCommand, logitsCommand, mergeCommand, tokenizeCommand } from './model-commands.ts';
import { pocCommand } from './poc.ts';
import { projectsCommand } from './projects.ts';
import { proveCommand } from './prove.ts';
import { reportCommand } from './report.ts';
import { rerunCommand } from './rerun.ts';
import { revertCommand } from './revert.ts';
import { rolloutCommand } from './rollout.ts';
import { safetyCommand } from './safety.ts';
import { serveCommand } from './serve.ts';
import { trainCommand } from './train.ts';
import { wordingsCommand } from './wordings.ts';

await runCommand(
  createGroup('usumaku', 'Adapt a language model to your plant with a thin, removable filter.', [
    pocCommand(),
    serveCommand(),
    apiCommand(),
    projectsCommand(),
    safetyCommand(),
    wordingsCommand(),
    reportCommand(),
    rerunCommand(),
    rolloutCommand(),
    revertCommand(),
    doctorCommand(),
    inspectCommand(),
    logitsCommand(),
    generateCommand(),
    tokenizeCommand(),
    trainCommand(),
    mergeCommand(),
    proveCommand(),
    comparePrecisionsCommand(),
    exportCommand(),
  ]).version(packageFile.version),
);
