/** A report as a file. */

export type ReportForm = 'html' | 'pdf' | 'pptx' | 'csv';

export interface ReportFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly base64: string;
  readonly sha256: string;
}
