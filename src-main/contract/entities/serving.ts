/** The endpoint through which programs and stations of the plant ask, and who may. */

import type { ErrorReport } from './app.ts';

/** `program`: asks through the API. `station`: a tablet or terminal that shows the Ask page and reaches nothing else. */
export type ClientKind = 'program' | 'station';

/** Somebody who may ask from outside. Its token was shown once; only a hash of it is kept. */
export interface ServingClient {
  readonly id: string;
  readonly name: string;
  readonly kind: ClientKind;
  /** The place where it stands, which stages of a rollout may mean; null: nowhere. */
  readonly stationId: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  /** To the minute; null: never. */
  readonly lastUsedAt: string | null;
}

/** A client with its token, which nobody sees again. */
export interface NewClient {
  readonly client: ServingClient;
  readonly token: string;
}

export interface ServingSettings {
  readonly on: boolean;
  /** An address of this machine; `127.0.0.1`: only programs on this machine; `0.0.0.0`: all its addresses. */
  readonly address: string;
  readonly port: number;
}

/** What keeps clients from trusting a certificate: its time is over or nearly so, or it does not name where the endpoint is reached. */
export type CertificateWarning = 'expired' | 'expires-soon' | 'other-address';

/** What proves to clients on the network that they reach this machine. */
export interface ServingCertificate {
  /** `own`: made here; clients must be told that they may trust it. */
  readonly source: 'own' | 'given';
  /** SHA-256 as browsers show it: pairs of hexadecimal digits with colons. */
  readonly fingerprint: string;
  /** The names and addresses it speaks for. */
  readonly names: readonly string[];
  readonly validUntil: string;
  readonly warnings: readonly CertificateWarning[];
  /** For clients that shall trust it. */
  readonly pem: string;
}

/** Bytes kept for the next answers, and how many they may become; null: nothing was answered yet. */
export interface KeptMemory {
  readonly adapterBytes: number;
  readonly mostAdapterBytes: number;
  readonly textBytes: number;
  readonly mostTextBytes: number;
}

export interface ServingState {
  readonly settings: ServingSettings;
  /** Where it answers now, without a path; null: nowhere. */
  readonly url: string | null;
  /** Why it does not answer although it is switched on; null: it does, or is off. */
  readonly problem: ErrorReport | null;
  /** null: none was needed yet. */
  readonly certificate: ServingCertificate | null;
  /** This machine's addresses on networks. */
  readonly addresses: readonly string[];
  /** Answers that are being given or wait, and how many at most. */
  readonly outstanding: number;
  readonly mostOutstanding: number;
  readonly kept: KeptMemory | null;
}
