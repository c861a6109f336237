/**
 * A model is its weights, tokenizer, template and configuration. What former versions recorded is the fingerprint of the
 * weights alone: parts stay empty until the model is next registered or verified. Two more files decide how a model
 * reads, so what releases were proven with is noted anew.
 */

export const modelIdentity = `
ALTER TABLE models ADD COLUMN parts TEXT;
DELETE FROM provenFiles;
`;
