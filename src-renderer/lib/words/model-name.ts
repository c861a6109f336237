/** What a base model is called on screen. */

import type { BaseModel } from '../../../src-main/contract/index.ts';
import { t } from '../i18n.svelte.ts';

/** The bundled one has a name of its own; others are called by their folder. */
export const modelName = (model: BaseModel): string => (model.bundled ? t('model.starterName') : model.name);
