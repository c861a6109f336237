/** Error codes of the office with their sentences in both languages. The machine room's codes are translated here too. */

import type { ModelErrorCode } from '../../native-models/errors.ts';
import type { ErrorReport, Language } from './entities.ts';
import { editedInWords, faultInWords, ruleInWords } from './entry-words.ts';
import { roleInWords, rowErrorWords } from './import-words.ts';
import { gateReasonsInWords } from './rollout-words.ts';
import { systemInWords } from './system-words.ts';
import { isWorkCode, workInWords } from './work-words.ts';

type OfficeErrorCode =
  | 'request-unknown'
  | 'request-invalid'
  | 'request-too-large'
  | 'request-foreign'
  | 'not-permitted'
  | 'session-missing'
  | 'host-silent'
  | 'host-answer-unreadable'
  | 'port-taken'
  | 'address-unusable'
  | 'certificate-damaged'
  | 'certificate-expired'
  | 'certificate-key'
  | 'certificate-key-unreadable'
  | 'certificate-unreadable'
  | 'unexpected'
  | 'not-found'
  | 'name-unknown'
  | 'name-first'
  | 'project-missing'
  | 'project-unknown'
  | 'project-archived'
  | 'project-ambiguous'
  | 'project-busy'
  | 'project-last'
  | 'work-elsewhere'
  | 'changed-meanwhile'
  | 'examples-exist'
  | 'nothing-to-accept'
  | 'example-empty-question'
  | 'example-empty-answer'
  | 'safety-never-passes'
  | 'safety-question-known'
  | 'safety-file-unreadable'
  | 'safety-file-not-json'
  | 'import-empty'
  | 'import-one-column'
  | 'import-undecodable'
  | 'import-encoding-unclear'
  | 'import-not-text'
  | 'import-archive-damaged'
  | 'import-not-a-workbook'
  | 'import-unreadable'
  | 'import-encrypted'
  | 'import-quote-open'
  | 'import-json-damaged'
  | 'import-too-large'
  | 'import-unpacks-too-large'
  | 'import-nested-too-deep'
  | 'import-too-many-rows'
  | 'import-too-many-columns'
  | 'import-too-many-cells'
  | 'import-too-many-sheets'
  | 'import-cell-too-long'
  | 'import-too-slow'
  | 'import-reader-ended'
  | 'import-expired'
  | 'import-mapping-incomplete'
  | 'import-columns-alike'
  | 'import-rows-invalid'
  | 'dataset-not-ready'
  | 'dataset-empty'
  | 'run-active'
  | 'run-wrong-state'
  | 'run-interrupted'
  | 'evaluation-active'
  | 'evaluation-interrupted'
  | 'evaluation-wrong-state'
  | 'questions-damaged'
  | 'evaluation-other-precision'
  | 'evaluation-missing'
  | 'criteria-not-met'
  | 'precisions-active'
  | 'comparison-active'
  | 'evaluation-unfinished'
  | 'printer-missing'
  | 'printer-failed'
  | 'comparison-impossible'
  | 'adapter-does-not-act'
  | 'adapter-never-ends'
  | 'adapter-base-unverified'
  | 'adapter-known'
  | 'adapter-served'
  | 'adapter-continued'
  | 'adapter-task-active'
  | 'disk-space-short'
  | 'release-none'
  | 'release-base-changed'
  | 'release-files-changed'
  | 'answer-withdrawn'
  | 'station-unknown'
  | 'queue-full'
  | 'route-standard'
  | 'rollout-none'
  | 'rollout-waits'
  | 'name-taken'
  | 'rollout-wrong-state'
  | 'rollout-running'
  | 'rollout-plan-invalid'
  | 'rollout-own-approval'
  | 'rollout-unapproved'
  | 'model-missing'
  | 'model-changed'
  | 'model-not-the-same'
  | 'model-texts-ended'
  | 'model-parts-differ'
  | 'model-in-use'
  | 'model-bundled'
  | 'folder-forbidden'
  | 'folder-path-too-long'
  | 'folder-disk-gone'
  | 'folder-link-circle'
  | 'folder-unreadable'
  | 'path-relative'
  | 'path-in-data-folder'
  | 'folder-dialog-missing'
  | 'engine-crashed'
  | 'engine-unavailable'
  | 'engine-runtime-missing'
  | 'engine-library-unloadable'
  | 'database-newer'
  | 'database-damaged'
  | 'database-damaged-copy-intact'
  | 'database-locked'
  | 'database-lost'
  | 'database-lost-copy-intact'
  | 'database-foreign'
  | 'data-missing'
  | 'data-path-too-long';

export type ErrorCode = OfficeErrorCode | ModelErrorCode;

/** Sentences with `{name}` places, by language. Each says what was wrong, where, and what to do next. */
export const errorSentences: Record<Language, Record<ErrorCode, string>> = {
  en: {
    'request-unknown': 'The app asked for something unknown ({name}). Restart the app.',
    'request-invalid': '“{field}” {fault}. Correct it and try again.',
    'request-too-large': 'That is more than {megabytes} MB at once. Divide the file and import its parts.',
    'request-foreign': 'The request came from another page, so it was refused. Use the address that Usumaku opened.',
    'not-permitted': 'You are not allowed to do this ({permission}). Ask whoever administers Usumaku here.',
    'session-missing': 'This window no longer belongs to the running app. Start Usumaku again: it opens a new window.',
    'host-silent':
      'The app does not answer ({reason}). Nothing was changed. It may be starting again: try once more; if that does not help, start Usumaku again.',
    'host-answer-unreadable':
      'The app’s answer cannot be read ({reason}). Try once more; if that does not help, start Usumaku again.',
    'port-taken': 'Port {port} is used by another program. Choose another one.',
    'address-unusable':
      'Nothing can listen at {address}, port {port} ({reason}). Choose an address that this machine has, and a port above 1023.',
    'certificate-damaged':
      'The certificate that is kept in {path} cannot be read. Make a new one or give one: it takes its place.',
    'certificate-expired':
      'This certificate was valid until {date}. Give one that is valid today. The one before it is still in use.',
    'certificate-key':
      'The private key belongs to another certificate. Give the two that were made together. Nothing was changed.',
    'certificate-key-unreadable':
      'The private key cannot be read ({reason}). Give it without a password, as PEM: text that begins with -----BEGIN PRIVATE KEY.',
    'certificate-unreadable':
      'The certificate cannot be read ({reason}). Give it as PEM, followed by the intermediate certificates up to its root: text that begins with -----BEGIN CERTIFICATE.',
    unexpected: 'Something unexpected happened: {reason}. Nothing was changed; the log has the details.',
    'not-found': '{what} “{id}” does not exist any more. Reload the list.',
    'name-unknown': '{what} “{name}” does not exist here. Choose one of these: {known}.',
    'name-first': '{what} “{name}” does not exist here, and there is no other one yet.',
    'changed-meanwhile':
      'The {what} was changed in another window meanwhile ({at}). Nothing of it was overwritten: look at both, then decide.',
    'project-missing': 'The plant is not set up yet. Fill in “Set up” first.',
    'project-unknown': 'There is no department “{id}” in this data folder. Choose one from the list of departments.',
    'project-archived':
      'The department “{department}” is archived. Bring it back in the list of departments, or choose another one.',
    'project-ambiguous': 'Several departments are called “{name}”. Name one of them by its id: {ids}.',
    'project-busy':
      'The department “{department}” is at work ({work}), so it stays in use. Wait for it, or cancel it there first.',
    'project-last': '“{department}” is the only department in use, so it stays. Create another one first.',
    'work-elsewhere':
      'The department “{department}” is at work now ({work}); this PC does one such thing at a time. Wait for it, or cancel it there first.',
    'nothing-to-accept':
      'The answer to “{question}” neither got worse nor failed in safety: there is nothing to take on.',
    'examples-exist':
      'There are already {count} examples. The sample plant only fills an empty department, so that nothing of yours is mixed with it. To try it, create a new department.',
    'example-empty-question': 'The question is empty. Write what people really ask.',
    'example-empty-answer': 'The answer is empty. Write the right answer.',
    'safety-never-passes':
      'No answer to “{question}” could be safe: whatever is required says “{phrase}”, which is forbidden. Change one of the two.',
    'safety-question-known': 'The safety question “{question}” is there already, with other phrases. Change those.',
    'safety-file-unreadable':
      'Line {line} of {path} is not a safety question (“{field}”). Each line is JSON with a question and a list of required phrases, perhaps forbidden ones. Nothing was added.',
    'safety-file-not-json':
      'Line {line} of {path} is not JSON. This command reads JSON Lines: each line is one question, with the names “question” and “required”. Nothing was added.',
    'import-empty': 'The file is empty. Choose a file with a question and an answer in each row.',
    'import-one-column':
      'Only one column was found (separator: {delimiter}). Each row needs a question and an answer in two columns.',
    'import-undecodable':
      'Line {line} of {file} holds bytes that are not a character in its encoding. Nothing was replaced or imported. Save the file as UTF-8 and try again.',
    'import-encoding-unclear':
      'The characters of {file} can be read in more than one way, so they are not guessed. Save the file as UTF-8 and try again.',
    'import-not-text':
      'The file {file} is neither a table nor a text. Save it as CSV or as an Excel workbook and try again.',
    'import-archive-damaged':
      'The workbook {file} is damaged: its parts do not fit together, as after a copy that broke off. Copy it again, or open it in Excel and save it again.',
    'import-not-a-workbook':
      'The file {file} is packed like a workbook but is none (a document, a presentation, another archive). Copy its table into a workbook and save that.',
    'import-unreadable':
      'A part of the workbook {file} is not written as workbooks are. Open it in Excel and save it again, or save the sheet as CSV.',
    'import-encrypted': 'The file {file} is protected by a password. Save it without one and try again.',
    'import-quote-open':
      'The quotation mark that opens the cell in row {row}, column {column} is not closed, so it is unclear where the cell ends. Nothing was imported. Close it, or double it if it is part of the text, as in 2"".',
    'import-json-damaged':
      'The JSON is damaged at line {line}, character {column}. Nothing was imported. Correct the file and try again.',
    'import-too-large': 'The file is larger than {megabytes} MB. Divide it and import its parts.',
    'import-unpacks-too-large':
      'The workbook is larger than {megabytes} MB once unpacked. Copy the sheet that you need into a workbook of its own.',
    'import-nested-too-deep':
      'The workbook nests more than {most} elements in each other (in {part}), which no spreadsheet program writes. Copy what you need into a new workbook and choose that.',
    'import-too-many-rows': 'The table has more than {most} rows. Divide it and import its parts.',
    'import-too-many-columns':
      'Row {row} has more than {most} columns. Keep the columns with question, answer and category and try again.',
    'import-too-many-cells': 'The table has more than {most} cells. Divide it and import its parts.',
    'import-too-many-sheets':
      'The workbook consists of more than {most} sheets and other parts. Copy the sheet that you need into a workbook of its own and choose that.',
    'import-cell-too-long':
      'The cell in row {row}, column {column} is longer than {most} characters. Shorten it and try again.',
    'import-too-slow':
      'Reading took longer than {seconds} seconds, so it was stopped; nothing was imported. Divide the file, or save it as CSV.',
    'import-reader-ended':
      'The process that reads the file ended ({reason}); nothing was imported. Divide the file, or save it as CSV.',
    'import-expired': 'The preview is no longer held. Choose the file again.',
    'import-mapping-incomplete': 'Say which column holds the question and which the answer.',
    'import-columns-alike':
      'More than one column could be the {role}: {columns}. Nothing was chosen. Keep one of them, or give the others another heading.',
    'import-rows-invalid':
      '{count} rows cannot be used (first: {place}: {fault}). Nothing was imported. Correct the file, or import the other rows only.',
    'dataset-not-ready': 'The examples cannot be frozen yet: {count} points need you first. Look at them in Collect.',
    'dataset-empty':
      'There are too few examples: {train} to train on and {heldOut} to check with; at least {needed} of each are needed. Add more in Collect.',
    'run-active': 'Run {number} is still training. Wait for it or cancel it first.',
    'run-wrong-state':
      'Run {number} is {state}, so this is not possible. Look at the list again: somebody may have moved it.',
    'run-interrupted': 'Usumaku was closed while this run was training. Resume it from step {step}.',
    'evaluation-interrupted': 'Usumaku was closed during this evaluation. What was answered is kept: continue it.',
    'evaluation-wrong-state':
      'This evaluation cannot be continued or run again: it has not got that far, or was made before questions were kept. Start a new one.',
    'questions-damaged':
      'The questions at {path} are missing or have changed since they were asked. Start a new evaluation.',
    'evaluation-active': 'An evaluation is running. Wait for it or cancel it first.',
    'adapter-does-not-act':
      'The adapter changes nothing on {prompts} probe prompts, so it is not used. Train longer or with a higher learning rate.',
    'adapter-never-ends':
      'None of {answers} answers ended within {limit} tokens, so the adapter is not applied: it would talk for ever. Train longer, or check that the answers are complete.',
    'adapter-base-unverified':
      'The adapter’s files do not say which base they belong to. Import it only if you know that it was made for {base}, and say so.',
    'evaluation-other-precision':
      'This adapter was evaluated in “{evaluated}”, but answers are set to “{precision}” now. Evaluate it again, or set the precision back.',
    'evaluation-missing':
      '“{name}” was never proven in the precision that answers now. Prove it first, or apply it with a reason, which the log keeps.',
    'criteria-not-met':
      '“{name}” does not meet the success criteria as they stand today. Look at its proof, train again, or apply it with a reason, which the log keeps.',
    'evaluation-unfinished': 'There is no finished evaluation to report on. Evaluate an adapter first.',
    'printer-missing':
      'Nothing here can write a PDF: no Chromium, Chrome or Edge was found. Save the page (HTML), open it in a browser and print it into a PDF.',
    'printer-failed':
      'The PDF could not be written ({reason}). Save the page (HTML), open it in a browser and print it into a PDF.',
    'comparison-active': 'Some steps of full fine-tuning are being measured. Wait for it or cancel it first.',
    'comparison-impossible':
      'This adapter was not trained here, so there is no training to compare with. Choose one that was trained here.',
    'precisions-active': 'The precisions of a model are being measured. Wait for it or cancel it first.',
    'adapter-known': 'This adapter is recorded already, as “{name}”. Use that one.',
    'adapter-served':
      '“{name}” has served, so it is kept: what answered whom must stay known. Only adapters that never served can be deleted.',
    'adapter-continued':
      'Run {number} started from “{name}” and can still be resumed, so it is kept. Cancel that run first.',
    'adapter-task-active': 'Something else is being done with “{name}”. Wait for it or cancel it first.',
    'disk-space-short':
      'The disk of {path} has {free} MB free, but {needed} MB are needed. Free some space or choose another disk.',
    'rollout-wrong-state':
      'This rollout is “{state}”, which does not allow “{action}”. Look at the list again: somebody may have moved it.',
    'release-base-changed':
      'The base no longer gives the logits that were measured for release {number}, so it was not applied. Check the files of the base model.',
    'release-files-changed':
      'The file {file} is not the one that was proven for release {number}, so route “{route}” gives no answers with it. Revert, or put the proven file back.',
    'station-unknown':
      'The link of this station is not valid any more. Ask whoever administers Usumaku for a new one (Set up → Advanced → Programs and stations).',
    'queue-full': 'Very many questions are on their way. Ask again in {seconds} s.',
    'answer-withdrawn':
      'What answers on route “{route}” was taken back in the middle of this answer. Ask once more: something else answers now.',
    'route-standard': 'The route “{name}” answers whoever names none, so it stays. Another one can be retired.',
    'name-taken': 'The name “{name}” is taken. Choose another one.',
    'rollout-waits':
      'The next step waits: {reasons}. Whoever goes on all the same gives a reason, which is kept in the history.',
    'rollout-none': 'No rollout was planned on this route. Plan one first.',
    'rollout-running': 'A rollout of this route is under way ({state}). Finish it or revert first.',
    'rollout-plan-invalid':
      'The stages {stages} are not a plan: put shadow first, then canaries, and full once at the end.',
    'rollout-own-approval': '{name} drafted this rollout, so somebody else must approve it.',
    'rollout-unapproved':
      'This department asks for a second person. Somebody other than {name} must approve the rollout first.',
    'release-none': 'No adapter is applied, so there is nothing to revert.',
    'model-missing':
      'The model “{name}” is not at {path} now. Plug its disk in again, or choose its new place in the model library.',
    'model-changed':
      'The files of “{name}” in {path} have changed since they were verified. Verify the model again in the model library.',
    'model-not-the-same':
      '{path} is not “{name}”: its fingerprint is {actual}, and {expected} was added. Choose the folder of “{name}”, or add this one as a model of its own.',
    'model-texts-ended':
      'The tokenizer or chat template in {path} ended the process that tried them ({reason}), so the model is not used. Nothing else was touched. Get the model from its maker again.',
    'model-parts-differ':
      '{path} has the weights of “{name}”, but the contents of {files} have changed since it was added, so it would answer differently. Put the former file back, or add this folder as a model of its own.',
    'model-in-use': '{what} needs “{name}” ({users}), so it stays in the library.',
    'model-bundled': 'The starter model comes with the app and cannot be removed.',
    'folder-forbidden':
      'You may not open {path}. Choose another folder, or ask whoever looks after this PC for access.',
    'folder-is-a-file': '{path} is a file. Choose the folder that holds it.',
    'folder-path-too-long':
      'The path is too long for this system ({characters} characters). Move the model to a folder nearer to the top of the disk.',
    'folder-disk-gone': 'The disk with {path} does not answer any more. Plug it in again, then reload the list.',
    'folder-link-circle': '{path} is a link that leads back to itself. Choose the real folder.',
    'path-relative': '{path} does not say where it begins. Give the whole path, from the disk on.',
    'path-in-data-folder':
      '{path} lies in the data folder of this app, which looks after its own files. Choose a folder elsewhere.',
    'folder-unreadable': 'The folder {path} could not be read: {reason}. Choose another folder, or check the disk.',
    'folder-dialog-missing':
      'This window has no folder dialog of its own. Choose the folder from the list, or type its path.',
    'engine-crashed':
      'The model process ended unexpectedly ({reason}); it starts again by itself. Try again; a training goes on from its last saved step ({step}).',
    'engine-unavailable':
      'The model process does not start: {reason}. Start Usumaku again; if that does not help, install it again.',
    'engine-runtime-missing':
      'Windows could not load {file} ({reason}): the “Microsoft Visual C++ Redistributable” is missing or too old. Install it from {address} (bring the file on a stick where there is no internet) and start Usumaku again.',
    'engine-library-unloadable':
      'A library of the model process could not be loaded on this system: {reason}. Install Usumaku again for this system and processor.',
    'data-path-too-long':
      'The data folder {path} has a path of {characters} characters, and Windows allows {most} there. Choose a shorter one with --data or USUMAKU_DATA; no data was written.',
    'database-newer':
      'The data in {path} was made by a newer version of Usumaku (schema {found}, this one knows {known}). Install that version; nothing was changed.',
    'database-damaged': 'The database {path} is damaged: {reason}. Restore it from a backup; it was left as it is.',
    'database-damaged-copy-intact':
      'The database {path} is damaged: {reason}. It was left as it is. A copy from before the last update of the program is whole: {copy}. To go on from there, move the damaged file (and {path}-wal, if it is there) elsewhere and put the copy in its place; what was entered since the update is not in it.',
    'database-locked': 'The data in {path} is in use by another Usumaku. Close that one first.',
    'database-lost':
      'The database {path} is empty or missing, although {beside} lies beside it: this is no new plant. Put the database back from a backup. To begin anew, choose another folder with --data.',
    'database-lost-copy-intact':
      'The database {path} is empty or missing, although {beside} lies beside it: this is no new plant. A copy from before the last update of the program is whole: {copy}. Put a backup or this copy in its place; what was entered since the update is not in the copy. To begin anew, choose another folder with --data.',
    'database-foreign':
      'The file {path} is a database of another program; it was left as it is. Move it elsewhere and put the database of Usumaku in its place, or choose another folder with --data.',
    'data-missing': 'There is no data of Usumaku in {path}. Name its folder with --data, or open the app there first.',
    'model-folder-missing': 'There is no folder at {path}. Check the path or plug the disk in again.',
    'model-not-a-model':
      'The folder {path} is not a Hugging Face model: {file} is missing. Choose the folder that holds config.json, the safetensors files and tokenizer.json.',
    'model-config-unreadable': 'The file {path} cannot be read as JSON: {reason}. Copy the model again.',
    'text-undecodable':
      'Line {line} of {path} holds bytes that are not UTF-8. Nothing was replaced or read. Copy the file again, or save it as UTF-8.',
    'model-unsupported': 'This model cannot be used: {field} is {value}, and only {supported} is supported.',
    'weights-not-safetensors':
      'The weights in {path} are stored as {file}, which cannot be used. Get the same model in the safetensors format.',
    'weights-pointer':
      'The file {path} is only a Git LFS pointer, not the weights themselves. Download the real file and copy it again.',
    'weights-truncated': 'The file {path} is incomplete ({actualBytes} of {expectedBytes} bytes). Copy it again.',
    'weights-header-invalid': 'The file {path} is not valid safetensors: {reason}. Copy it again.',
    'weights-tensor-missing':
      'The model lacks the tensor {tensor}, which {architecture} needs. The model folder is incomplete: copy it again.',
    'weights-shape-mismatch':
      'The tensor {tensor} has the shape {actual}, but the configuration asks for {expected}. The files do not belong together: copy all of them from one source.',
    'weights-not-finite': 'The tensor {tensor} in {path} holds a value that is not a number. Copy the model again.',
    'tokenizer-mismatch':
      'The tokenizer knows {tokenizerSize} tokens, but the model only {modelSize}. The two files do not belong together: copy both from one source.',
    'tokenizer-unreadable':
      'The tokenizer in {path} cannot be used: {reason}. Copy the model again, or choose another one.',
    'template-missing': 'The model has no chat template. Choose an instruction-tuned (“Instruct” or “Chat”) model.',
    'template-failed': 'The chat template of the model failed: {reason}. Copy the model again, or choose another one.',
    'example-too-long':
      'The example “{example}” is {tokens} tokens long, but only {limit} fit. Shorten it by about {excess} tokens.',
    'example-nothing-to-learn': 'The example “{example}” has no answer to learn from. Fill in its answer.',
    'examples-unreadable': 'Line {line} of {path} is not an example with id, question and answer. Correct the file.',
    'tokens-unusable': 'The file {path} cannot be trained on: {reason}. Make it again.',
    'no-examples': 'There is no example to train on. Collect some first.',
    'setting-invalid': 'The setting “{setting}” is {value}; it must be {rule}.',
    'adapter-unreadable': 'The adapter in {path} cannot be read: {reason}. Copy it again.',
    'adapter-wrong-base':
      'The adapter was trained on another base model ({expected}); this one is {actual}. Choose the base that it belongs to.',
    'adapter-damaged':
      'The adapter file {path} has changed since it was made, so it is not used. Restore it or train again.',
    'adapter-differs':
      'The adapter in {path} does not compute what it should ({reason}), so it was not kept. Try again; if that does not help, check the disk.',
    'merge-differs':
      'The merged model does not compute what base and adapter compute (difference {difference}, allowed {tolerance}). It was not kept; serve the adapter unmerged.',
    'checkpoint-unreadable': 'The saved state in {path} cannot be continued: {reason}. Start a new run.',
    'training-diverged':
      'Training stopped at step {step}: {reason}. The last good state was kept. Try a lower learning rate.',
    'memory-exhausted':
      'Memory ran out even with one row at a time ({tokens} tokens), and no way is left that takes less: it needs about {neededMegabytes} MB, and {availableMegabytes} MB are available. Close other programs, shorten the examples, or choose a smaller model; where you chose how memory is used, let it be found by itself.',
    'disk-full': 'The disk is full: {path} could not be written. Free some space and continue; nothing was damaged.',
    'file-is-a-folder': '{path} is a folder. Give the path of a file.',
    'file-not-ordinary':
      '{path} is not an ordinary file but a device, a pipe or a socket, or a link to one. It was not read. Put the file itself there.',
    'file-too-large':
      'The file {path} is larger than {megabytes} MB, which no file of its kind is. It was not read. Copy it again from its source.',
    'file-unreadable': 'The file {path} could not be read: {reason}. Check that it is there and that you may open it.',
    'file-unwritable': '{path} could not be written: {reason}. Choose another place, or see that you may write there.',
    'device-unavailable': 'The device {device} cannot be used here: {reason}. Choose another one, or “auto”.',
    'context-exceeded': 'The question is {tokens} tokens long, but the model only takes {limit}. Shorten it.',
    'graph-invalid': 'The computation could not be built: {reason}. Please report this.',
    cancelled: 'It was cancelled.',
  },
  ja: {
    'request-unknown': '不明な操作（{name}）が要求されました。アプリを再起動してください。',
    'request-invalid': '「{field}」{fault}。直してからもう一度お試しください。',
    'request-too-large': '一度に送れるのは{megabytes} MBまでです。ファイルを分けて取り込んでください。',
    'request-foreign': '別のページからの要求のため、受け付けませんでした。薄膜が開いたアドレスをお使いください。',
    'not-permitted': 'この操作は許可されていません（{permission}）。薄膜の管理者に依頼してください。',
    'session-missing': 'この画面は動作中のアプリにつながっていません。薄膜をもう一度起動すると、新しい画面が開きます。',
    'host-silent':
      'アプリから返事がありません（{reason}）。何も変更していません。再起動中かもしれないため、もう一度お試しください。続く場合は薄膜を起動し直してください。',
    'host-answer-unreadable':
      'アプリの返事を読み取れません（{reason}）。もう一度お試しください。続く場合は薄膜を起動し直してください。',
    'port-taken': 'ポート{port}は別のプログラムが使用中です。別の番号にしてください。',
    'address-unusable':
      '{address} のポート {port} では待ち受けできません（{reason}）。このPCのアドレスと、1024以上のポートを選んでください。',
    'certificate-damaged':
      '保存された証明書（{path}）を読み取れません。新しく作るか、証明書を指定してください。その証明書に置き換わります。',
    'certificate-expired':
      'この証明書の有効期限は{date}でした。今日有効なものを指定してください。今までの証明書をそのまま使います。',
    'certificate-key': '秘密鍵が別の証明書のものです。一緒に作られた2つを指定してください。何も変更していません。',
    'certificate-key-unreadable':
      '秘密鍵を読み取れません（{reason}）。パスワードのない秘密鍵を、PEM形式（-----BEGIN PRIVATE KEY で始まるテキスト）で指定してください。',
    'certificate-unreadable':
      '証明書を読み取れません（{reason}）。ルートまでの中間証明書を続けて、PEM形式（-----BEGIN CERTIFICATE で始まるテキスト）で指定してください。',
    unexpected: '予期しない問題が起きました（{reason}）。何も変更していません。詳しくは記録をご覧ください。',
    'not-found': '{what}「{id}」はもうありません。一覧を読み直してください。',
    'name-unknown': '{what}「{name}」はありません。次から選んでください: {known}。',
    'name-first': '{what}「{name}」はありません。ほかにもまだありません。',
    'changed-meanwhile':
      '編集中に、別の画面で{what}が変更されました（{at}）。上書きはしていません。両方を見て決めてください。',
    'project-missing': '現場の情報がまだありません。先に「準備」を入力してください。',
    'project-unknown': 'このデータフォルダーに部署「{id}」はありません。部署の一覧から選んでください。',
    'project-archived': '部署「{department}」は保管中です。部署の一覧で元に戻すか、別の部署を選んでください。',
    'project-ambiguous': '「{name}」という部署が複数あります。IDで指定してください: {ids}。',
    'project-busy':
      '部署「{department}」で{work}が進行中のため、保管できません。終わるのを待つか、先に中止してください。',
    'project-last': '使用中の部署は「{department}」だけのため、保管できません。先に別の部署を作成してください。',
    'work-elsewhere':
      '部署「{department}」で{work}が進行中です。このPCでは一度に1つしか実行できません。終わるのを待つか、その部署で中止してください。',
    'nothing-to-accept': '「{question}」の答えは悪くなっておらず、安全の問題もありません。引き受けるものがありません。',
    'examples-exist':
      '事例がすでに{count}件あります。混ざらないように、見本の工場は空のときだけ読み込めます。試すには、新しい部署を作成してください。',
    'example-empty-question': '質問が空です。現場で実際に聞かれる言葉を書いてください。',
    'example-empty-answer': '答えが空です。正しい答えを書いてください。',
    'safety-never-passes':
      '「{question}」には安全な答えがありえません。必須の言葉がどれも、禁止の言葉「{phrase}」を含んでいます。どちらかを直してください。',
    'safety-question-known':
      '安全の質問「{question}」は、別の言葉ですでに登録されています。登録済みのものを直してください。',
    'safety-file-unreadable':
      '{path}の{line}行目は安全の質問ではありません（「{field}」）。各行はJSONで、質問と必須の言葉の一覧、必要なら禁止の言葉の一覧を書きます。何も追加していません。',
    'safety-file-not-json':
      '{path}の{line}行目はJSONではありません。このコマンドはJSON Linesを読みます。1行に1つの質問を、「question」と「required」の名前を付けて書いてください。何も追加していません。',
    'import-empty': 'ファイルが空です。各行に質問と答えがあるファイルを選んでください。',
    'import-one-column': '列が1つしかありません（区切り: {delimiter}）。各行に質問と答えの2列が必要です。',
    'import-undecodable':
      '{file} の{line}行目に、文字として読めないデータがあります。置き換えや取り込みは行っていません。UTF-8で保存し直してください。',
    'import-encoding-unclear':
      '{file} の文字は何通りにも読めるため、推測での取り込みは行いません。UTF-8で保存し直してください。',
    'import-not-text': '{file} は表でもテキストでもありません。CSVかExcelのブックで保存し直してください。',
    'import-archive-damaged':
      'ブック {file} が壊れています。コピーが途中で切れた可能性があります。コピーし直すか、Excelで開いて保存し直してください。',
    'import-not-a-workbook':
      '{file} はブックではありません（文書、スライド、ほかの圧縮ファイルなど）。表をブックにコピーして保存してください。',
    'import-unreadable':
      'ブック {file} に、ブックの決まりどおりでない部分があります。Excelで開いて保存し直すか、シートをCSVで保存してください。',
    'import-encrypted': '{file} はパスワードで保護されています。パスワードを外して保存し直してください。',
    'import-quote-open':
      '{row}行目の{column}列で始まる引用符（"）が閉じられていないため、セルの終わりが分かりません。取り込みは行っていません。引用符を閉じるか、文字としての引用符なら 2"" のように二つ重ねてください。',
    'import-json-damaged':
      'JSONの{line}行目、{column}文字目が壊れています。取り込みは行っていません。ファイルを直してください。',
    'import-too-large': 'ファイルが{megabytes} MBを超えています。分けて取り込んでください。',
    'import-unpacks-too-large':
      'ブックを展開すると{megabytes} MBを超えます。必要なシートだけを別のブックにコピーしてください。',
    'import-nested-too-deep':
      'ブックの {part} で要素が{most}段を超えて入れ子になっています。表計算ソフトはこのようには保存しません。必要な部分を新しいブックにコピーして、それを選んでください。',
    'import-too-many-rows': '表が{most}行を超えています。分けて取り込んでください。',
    'import-too-many-columns': '{row}行目が{most}列を超えています。質問・答え・分類の列だけを残してください。',
    'import-too-many-cells': '表のセルが{most}個を超えています。分けて取り込んでください。',
    'import-too-many-sheets':
      'ブックのシートとその他の部品が合わせて{most}個を超えています。必要なシートだけを新しいブックにコピーして、それを選んでください。',
    'import-cell-too-long': '{row}行目の{column}列のセルが{most}文字を超えています。短くしてください。',
    'import-too-slow':
      '読み取りに{seconds}秒以上かかったため中止しました。取り込みは行っていません。ファイルを分けるか、CSVで保存し直してください。',
    'import-reader-ended':
      'ファイルを読む処理が終了しました（{reason}）。取り込みは行っていません。ファイルを分けるか、CSVで保存し直してください。',
    'import-expired': 'プレビューの期限が切れました。もう一度ファイルを選んでください。',
    'import-mapping-incomplete': '質問の列と答えの列を指定してください。',
    'import-columns-alike':
      '{role}の列の候補が複数あります（{columns}）。どれも選んでいません。1つだけ残すか、ほかの列の見出しを変えてください。',
    'import-rows-invalid':
      '使えない行が{count}行あります（最初は{place}: {fault}）。取り込みは行っていません。ファイルを直すか、ほかの行だけを取り込んでください。',
    'dataset-not-ready': 'まだ確定できません。先に確認が必要な点が{count}件あります。「収集」で確認してください。',
    'dataset-empty':
      '事例が足りません（学習用{train}件、検証用{heldOut}件）。それぞれ{needed}件以上必要です。「収集」で増やしてください。',
    'run-active': '学習{number}がまだ進行中です。終わるのを待つか、中止してください。',
    'run-wrong-state':
      '学習{number}は「{state}」のため、この操作はできません。ほかの人が動かしたかもしれません。一覧を読み直してください。',
    'run-interrupted': '学習中に薄膜が終了しました。{step}ステップ目から再開できます。',
    'evaluation-interrupted': '評価中に薄膜が終了しました。済んだ答えは残っています。続きから評価できます。',
    'evaluation-wrong-state':
      'この評価は、続きからも記録からも評価できません。まだ終わっていないか、質問が記録される前の評価です。新しく始めてください。',
    'questions-damaged': '{path} の質問がないか、評価のあとに変わっています。新しく評価を始めてください。',
    'evaluation-active': '評価が進行中です。終わるのを待つか、中止してください。',
    'evaluation-other-precision':
      'このアダプターの評価は「{evaluated}」で行ったものですが、いまの精度は「{precision}」です。もう一度評価するか、精度を元に戻してください。',
    'evaluation-missing':
      '「{name}」は、いま答える精度ではまだ評価されていません。先に評価するか、理由を添えて適用してください（理由は記録に残ります）。',
    'criteria-not-met':
      '「{name}」は、今日の成功基準を満たしていません。評価の結果を確かめて学習し直すか、理由を添えて適用してください（理由は記録に残ります）。',
    'evaluation-unfinished': '報告できる評価がまだありません。先にアダプターを評価してください。',
    'printer-missing':
      'ここではPDFを作れません（Chromium・Chrome・Edgeが見つかりません）。ページ（HTML）を保存し、ブラウザーで開いてPDFとして印刷してください。',
    'printer-failed':
      'PDFを作れませんでした（{reason}）。ページ（HTML）を保存し、ブラウザーで開いてPDFとして印刷してください。',
    'comparison-active': '全体の再学習を数ステップ測定しています。終わるのを待つか、中止してください。',
    'comparison-impossible':
      'このアダプターはここで学習したものではないため、比べる学習がありません。ここで学習したものを選んでください。',
    'precisions-active': 'モデルの精度を測定しています。終わるのを待つか、中止してください。',
    'adapter-does-not-act':
      'このアダプターは確認用の質問{prompts}件で何も変えないため、使いません。学習を長くするか、学習率を上げてください。',
    'adapter-never-ends':
      '回答{answers}件がどれも{limit}トークン以内に終わらないため、適用しません。話し続けてしまいます。学習を長くするか、答えが途中で切れていないか確かめてください。',
    'adapter-base-unverified':
      'このアダプターのファイルには、どの基礎モデル用かの記録がありません。{base}用だと分かっている場合だけ、その旨を選んで取り込んでください。',
    'adapter-known': 'このアダプターは「{name}」として登録済みです。そちらをお使いください。',
    'adapter-served':
      '「{name}」は適用したことがあるため、残します。何が答えたかを後から確かめられるようにするためです。削除できるのは、一度も適用していないものだけです。',
    'adapter-continued':
      '学習{number}が「{name}」から続けていて再開できるため、残します。先にその学習を中止してください。',
    'adapter-task-active': '「{name}」の作業が進行中です。終わるのを待つか、中止してください。',
    'disk-space-short':
      '{path} のディスクの空きは{free} MBですが、{needed} MB必要です。空きを作るか、別のディスクを選んでください。',
    'rollout-wrong-state':
      'この段階適用は「{state}」のため、「{action}」はできません。ほかの人が動かしたかもしれません。一覧を読み直してください。',
    'release-base-changed':
      '基礎モデルの計算結果が適用版{number}を確かめたときと違うため、適用していません。基礎モデルのファイルを確かめてください。',
    'release-files-changed':
      'ファイル {file} が適用版{number}で確かめたものと違うため、経路「{route}」はこの適用版では答えません。元に戻すか、確かめたときのファイルを戻してください。',
    'station-unknown':
      'この持ち場のリンクはもう使えません。薄膜の管理者に新しいリンクを頼んでください（「準備」→「詳しい設定」→「プログラムと持ち場」）。',
    'queue-full': '質問が混み合っています。{seconds}秒後にもう一度質問してください。',
    'answer-withdrawn':
      '経路「{route}」の適用版が、回答の途中で元に戻されました。もう一度質問してください。別の版が答えます。',
    'route-standard': '経路「{name}」は、経路を指定しない質問に答えるため、やめられません。ほかの経路はやめられます。',
    'name-taken': '「{name}」はすでに使われています。別の名前にしてください。',
    'rollout-waits':
      '次の段階にはまだ進めません（{reasons}）。それでも進める場合は、理由を添えてください。理由は履歴に残ります。',
    'rollout-none': 'この経路では、段階適用が計画されていません。先に計画してください。',
    'rollout-running': 'この経路では段階適用が進行中です（{state}）。終えるか、元に戻してからにしてください。',
    'rollout-plan-invalid':
      '段階の並び（{stages}）が正しくありません。影、先行、全員の順にし、全員は最後に1つだけ置いてください。',
    'rollout-own-approval': 'この段階適用は{name}さんが起案したため、ほかの人の承認が必要です。',
    'rollout-unapproved': 'この部署では二人での確認が必要です。{name}さん以外の人が先に承認してください。',
    'release-none': 'アダプターは適用されていないため、元に戻すものはありません。',
    'model-missing':
      'モデル「{name}」が {path} にありません。ディスクを接続し直すか、モデル一覧で新しい場所を選んでください。',
    'model-changed':
      '{path} にある「{name}」のファイルが、確認したときから変わっています。モデル一覧でもう一度確認してください。',
    'model-not-the-same':
      '{path} は「{name}」ではありません。指紋が {actual} で、登録時の {expected} と違います。「{name}」のフォルダーを選ぶか、別のモデルとして追加してください。',
    'model-texts-ended':
      '{path} のトークナイザーか会話の書式を試したところ、試験用の処理が終了しました（{reason}）。このモデルは使いません。ほかへの影響はありません。提供元から入手し直してください。',
    'model-parts-differ':
      '{path} の重みは「{name}」と同じですが、{files} の内容が登録時と違うため、答え方が変わります。元のファイルに戻すか、このフォルダーを別のモデルとして追加してください。',
    'model-in-use': '{what}（{users}）が使っているため、「{name}」は一覧から外せません。',
    'model-bundled': '付属モデルはアプリの一部のため、外せません。',
    'folder-forbidden': '{path} を開く権限がありません。別のフォルダーを選ぶか、このPCの管理者に頼んでください。',
    'folder-is-a-file': '{path} はファイルです。ファイルが入っているフォルダーを選んでください。',
    'folder-path-too-long':
      'パスが長すぎます（{characters}文字）。モデルをディスクの浅い階層のフォルダーに移してください。',
    'folder-disk-gone': '{path} のディスクが応答しません。接続し直してから、一覧を読み直してください。',
    'folder-link-circle': '{path} は自分自身に戻るリンクです。実際のフォルダーを選んでください。',
    'path-relative': '{path} はどこから始まるか分かりません。ドライブから始まる全体のパスを入力してください。',
    'path-in-data-folder':
      '{path} はこのアプリのデータフォルダーの中です。アプリが自分で管理する場所なので、別のフォルダーを選んでください。',
    'folder-unreadable': '{path} を読めません（{reason}）。別のフォルダーを選ぶか、ディスクを確かめてください。',
    'folder-dialog-missing':
      'この画面ではフォルダー選択ダイアログを使えません。一覧から選ぶか、パスを入力してください。',
    'engine-crashed':
      'モデルの処理が予期せず終了しました（{reason}）。自動で再起動します。もう一度お試しください。学習は最後に保存した{step}ステップ目から再開できます。',
    'engine-unavailable': 'モデルの処理を開始できません（{reason}）。薄膜を起動し直し、続く場合は入れ直してください。',
    'engine-runtime-missing':
      'Windowsが {file} を読み込めません（{reason}）。「Microsoft Visual C++ 再頒布可能パッケージ」がないか古いためです。{address} から取得してインストールし（インターネットがない場合はUSBメモリーなどで持ち込み）、薄膜を起動し直してください。',
    'engine-library-unloadable':
      'モデルの処理に必要なライブラリーを、このシステムでは読み込めません（{reason}）。このシステムとプロセッサーに合う薄膜を入れ直してください。',
    'data-path-too-long':
      'データのフォルダー {path} の長さは{characters}文字で、Windowsでは{most}文字までです。--data か USUMAKU_DATA で短い場所を選んでください。データは書き込んでいません。',
    'database-newer':
      '{path} のデータは新しい版の薄膜で作られています（形式{found}、この版は{known}まで）。新しい版を入れてください。何も変更していません。',
    'database-damaged':
      'データベース {path} が壊れています（{reason}）。バックアップから戻してください。そのまま残してあります。',
    'database-damaged-copy-intact':
      'データベース {path} が壊れています（{reason}）。そのまま残してあります。前回の更新前の写し {copy} は無事です。そこから続けるには、壊れたファイル（{path}-wal があればそれも）を別の場所に移し、写しをその場所に置いてください。更新後に入力した内容は写しに含まれません。',
    'database-locked': '{path} のデータは別の薄膜が使用中です。先にそちらを閉じてください。',
    'database-lost':
      'データベース {path} が空か、見つかりません。{beside} があるので、新しいデータではありません。バックアップからデータベースを戻してください。初めから始める場合は、--data で別の場所を選んでください。',
    'database-lost-copy-intact':
      'データベース {path} が空か、見つかりません。{beside} があるので、新しいデータではありません。前回の更新前の写し {copy} は無事です。バックアップかこの写しをその場所に置いてください。更新後に入力した内容は写しに含まれません。初めから始める場合は、--data で別の場所を選んでください。',
    'database-foreign':
      '{path} はほかのプログラムのデータベースです。そのまま残してあります。別の場所に移して薄膜のデータベースを戻すか、--data で別の場所を選んでください。',
    'data-missing': '{path} に薄膜のデータがありません。--data で場所を指定するか、先にアプリを開いてください。',
    'model-folder-missing': '{path} にフォルダーがありません。場所を確かめるか、ディスクを接続し直してください。',
    'model-not-a-model':
      '{path} はHugging Face形式のモデルではありません（{file} がありません）。config.json、safetensors、tokenizer.json があるフォルダーを選んでください。',
    'model-config-unreadable': '{path} をJSONとして読めません（{reason}）。モデルをコピーし直してください。',
    'text-undecodable':
      '{path} の{line}行目にUTF-8でない文字があります。置き換えも読み込みもしていません。コピーし直すか、UTF-8で保存し直してください。',
    'model-unsupported': 'このモデルは使えません。{field} が {value} ですが、使えるのは {supported} だけです。',
    'weights-not-safetensors':
      '{path} の重みは {file} の形式のため使えません。同じモデルのsafetensors形式を入手してください。',
    'weights-pointer':
      '{path} はGit LFSの目印だけで、重みの本体ではありません。本体をダウンロードして、コピーし直してください。',
    'weights-truncated':
      '{path} が途中で切れています（{expectedBytes}バイト中{actualBytes}バイト）。コピーし直してください。',
    'weights-header-invalid': '{path} は正しいsafetensorsではありません（{reason}）。コピーし直してください。',
    'weights-tensor-missing':
      '{architecture} に必要なテンソル {tensor} がありません。モデルのフォルダーが不完全です。コピーし直してください。',
    'weights-shape-mismatch':
      'テンソル {tensor} の形が {actual} ですが、設定では {expected} です。ファイルの組み合わせが違うため、すべてを同じ入手元からコピーし直してください。',
    'weights-not-finite': '{path} のテンソル {tensor} に数でない値があります。モデルをコピーし直してください。',
    'tokenizer-mismatch':
      'トークナイザーは{tokenizerSize}語、モデルは{modelSize}語です。組み合わせが違うため、両方を同じ入手元からコピーし直してください。',
    'tokenizer-unreadable':
      '{path} のトークナイザーは使えません（{reason}）。モデルをコピーし直すか、別のモデルを選んでください。',
    'template-missing':
      'このモデルには会話の書式（chat template）がありません。InstructまたはChatと名の付くモデルを選んでください。',
    'template-failed':
      'モデルの会話の書式（chat template）でエラーが起きました（{reason}）。モデルをコピーし直すか、別のモデルを選んでください。',
    'example-too-long':
      '事例「{example}」は{tokens}トークンですが、入るのは{limit}までです。{excess}トークンほど短くしてください。',
    'example-nothing-to-learn': '事例「{example}」には学ぶ答えがありません。答えを書いてください。',
    'examples-unreadable':
      '{path} の{line}行目は、id・question・answerのある事例ではありません。ファイルを直してください。',
    'tokens-unusable': '{path} では学習できません（{reason}）。作り直してください。',
    'no-examples': '学習する事例がありません。先に事例を集めてください。',
    'setting-invalid': '設定「{setting}」が {value} です。{rule}にしてください。',
    'adapter-unreadable': '{path} のアダプターを読めません（{reason}）。コピーし直してください。',
    'adapter-wrong-base':
      'このアダプターは別の基礎モデル（{expected}）で作られています。今のモデルは {actual} です。作られたときの基礎モデルを選んでください。',
    'adapter-damaged':
      'アダプターのファイル {path} が作成後に変わっているため、使いません。元に戻すか、学習し直してください。',
    'adapter-differs':
      '{path} のアダプターの計算結果が元と一致しないため（{reason}）、保存していません。もう一度お試しください。続く場合はディスクを確かめてください。',
    'merge-differs':
      '統合したモデルの計算が基礎モデルとアダプターの組み合わせと一致しません（差{difference}、許容{tolerance}）。保存していません。アダプターのままお使いください。',
    'checkpoint-unreadable': '{path} の途中保存から続けられません（{reason}）。新しく学習を始めてください。',
    'training-diverged':
      '{step}ステップ目で学習を止めました（{reason}）。直前の良い状態は残してあります。学習率を下げてください。',
    'memory-exhausted':
      '1行ずつ計算しても（{tokens}トークン）メモリーが足りず、これより節約できる方法も残っていません。必要な量は約{neededMegabytes} MB、使えるのは{availableMegabytes} MBです。ほかのプログラムを閉じる、事例を短くする、小さいモデルを選ぶ、のいずれかをお試しください。メモリーの使い方を自分で選んだ場合は、自動に戻すと足りることがあります。',
    'disk-full':
      'ディスクの空きがなく、{path} に書き込めません。空きを作ってから続けてください。データは壊れていません。',
    'file-is-a-folder': '{path} はフォルダーです。ファイルを指定してください。',
    'file-not-ordinary':
      '{path} は通常のファイルではなく、装置やパイプか、そこへのリンクです。読み込んでいません。ファイルそのものを置いてください。',
    'file-too-large':
      '{path} が{megabytes} MBを超えています。この種類のファイルとしては大きすぎるため、読み込んでいません。元の場所からコピーし直してください。',
    'file-unreadable': '{path} を読めません（{reason}）。ファイルがあるか、開く権限があるかを確かめてください。',
    'file-unwritable': '{path} に書き込めません（{reason}）。別の場所を選ぶか、書き込む権限を確かめてください。',
    'device-unavailable': '装置 {device} はここでは使えません（{reason}）。別の装置か「auto」を選んでください。',
    'context-exceeded': '質問が{tokens}トークンですが、モデルに入るのは{limit}までです。短くしてください。',
    'graph-invalid': '計算の組み立てに失敗しました（{reason}）。開発者にお知らせください。',
    cancelled: '中止しました。',
  },
};

/** Thrown by use cases; becomes an `ErrorReport` at the hallway's door. */
export class OfficeError extends Error {
  readonly code: ErrorCode;
  readonly values: ErrorReport['values'];

  constructor(code: ErrorCode, values: ErrorReport['values'] = {}, options?: ErrorOptions) {
    super(errorSentence({ code, values }, 'en'), options);
    this.name = 'OfficeError';
    this.code = code;
    this.values = values;
  }
}

/**
 * Where a sentence quotes what a library or the system said. Those speak English (or whatever the system speaks), so a
 * screen leaves the quotation out of its sentence and shows it apart, as a technical detail.
 */
const quotation = /（\{reason\}）|\s*\(\{reason\}\)|: \{reason\}/;

/** The sentence a person reads. Unknown codes show the code itself rather than nothing. */
export function errorSentence(error: ErrorReport, language: Language): string {
  return filled(sentenceTemplate(error.code, language), quotedInWords(inWords(error, language), language));
}

function quotedInWords(values: ErrorReport['values'], language: Language): ErrorReport['values'] {
  const { reason } = values;
  return typeof reason === 'string' ? { ...values, reason: systemInWords(reason, language) } : values;
}

/** The sentence without what a library said in words of its own; that stands in `errorDetail`. */
export function errorSentenceWithoutQuotation(error: ErrorReport, language: Language): string {
  const template = sentenceTemplate(error.code, language)
    .replace(quotation, '')
    .replace(/([^.。])$/, '$1.');
  return filled(template, inWords(error, language));
}

/** What a library or the system said; null where the sentence says all. */
export function errorDetail({ code, values }: ErrorReport): string | null {
  const quoted = quotation.test(sentenceTemplate(code, 'en')) || quotation.test(sentenceTemplate(code, 'ja'));
  return quoted && values['reason'] !== undefined ? String(values['reason']) : null;
}

const sentenceTemplate = (code: string, language: Language): string =>
  (errorSentences[language] as Record<string, string>)[code] ?? code;

const filled = (template: string, values: ErrorReport['values']): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '?'));

/** What is wrong with a row or an entry, and what a step waits for, are codes of their own. */
function inWords({ code, values }: ErrorReport, language: Language): ErrorReport['values'] {
  const { work } = values;
  if (typeof work === 'string' && isWorkCode(work)) return { ...values, work: workInWords(work, language) };
  if (code === 'rollout-waits') return { ...values, reasons: gateReasonsInWords(String(values['reasons']), language) };
  if (code === 'changed-meanwhile') return { ...values, what: editedInWords(String(values['what']), language) };
  if (code === 'request-invalid') return { ...values, fault: faultInWords(values, language) };
  if (code === 'setting-invalid') return { ...values, rule: ruleInWords(values, language) };
  if (code === 'import-columns-alike') return { ...values, role: roleInWords(values['role'], language) };
  if (code !== 'import-rows-invalid') return values;
  const words: Readonly<Record<string, string>> = rowErrorWords[language];
  const { row = '?', column = '', reason = '' } = values;
  const place = language === 'ja' ? `${row}行目${column && `・${column}`}` : `row ${row}${column && `, ${column}`}`;
  return { ...values, place, fault: words[reason] ?? reason };
}
