/** The endpoint for programs and stations: switched on, where it listens, and who may ask. */

import * as v from 'valibot';
import type { NewClient, ServingClient, ServingState } from '../entities.ts';
import { id, line, nothing, whole } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

const pem = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100_000));

const servingSettings = v.strictObject({
  on: v.boolean(),
  address: v.pipe(v.string(), v.ip()),
  port: whole(1, 65_535),
});
/** As they are kept: what nobody has set is not among them, and what another version adds is passed over. */
export const keptServingSettings = v.partial(v.object(servingSettings.entries));

export const servingRequests = {
  'serving.state': query({
    input: nothing,
    output: gives<ServingState>(),
    permission: 'read',
    staleAfter: ['serving'],
  }),
  /**
   * On or off, and where. On the network it speaks TLS alone; a certificate is made where there is none. Refused where
   * nothing can listen there (`port-taken`, `address-unusable`): then everything stays as it was.
   */
  'serving.change': command({
    input: servingSettings,
    output: gives<ServingState>(),
    permission: 'administer',
  }),
  /** A new one of its own, for the names and addresses that this machine has now. Clients must be told to trust it. */
  'serving.makeCertificate': command({ input: nothing, output: gives<ServingState>(), permission: 'administer' }),
  /** The plant's own, as PEM: with the certificates between it and its root, and its private key. Refused with `certificate-unusable`. */
  'serving.giveCertificate': command({
    input: v.strictObject({ certificate: pem, key: pem }),
    output: gives<ServingState>(),
    permission: 'administer',
  }),
  'clients.list': query({
    input: nothing,
    output: gives<readonly ServingClient[]>(),
    permission: 'read',
    staleAfter: ['serving', 'stations'],
  }),
  /** Refused where the name is taken. The token is told in this answer and never again. A station needs its place. */
  'clients.add': command({
    input: v.pipe(
      v.strictObject({
        name: line(limits.name),
        kind: v.picklist(['program', 'station']),
        stationId: v.optional(v.nullable(id), null),
      }),
      v.check(({ kind, stationId }) => kind === 'program' || stationId !== null),
    ),
    output: gives<NewClient>(),
    permission: 'administer',
  }),
  /** Its token asks nothing any more, from now on. What it asked stays. */
  'clients.revoke': command({
    input: v.strictObject({ clientId: id }),
    output: gives<null>(),
    permission: 'administer',
  }),
};

export const servingEvents = ['serving.changed', 'serving.certificate', 'client.added', 'client.revoked'] as const;
