import { OpenSocket } from "./types-index2.js";
import { Socket } from "node:net";
/**
 * Opens connections for postgres.js and closes those on which nothing was received for `silenceMs`. A connection that a
 * firewall or NAT dropped looks like one that waits for a response: TCP gives up on it after 15 minutes, and until then
 * each statement sent over it hangs. postgres.js closes idle connections earlier than that, so a connection that is
 * silent for this long has a statement without a response.
 *
 * TLS is negotiated here: only the owner of the encrypted socket can close it cleanly.
 */
export declare const openSocket: OpenSocket;
interface PostgresAddress {
  host: string;
  port: number;
}
/** A socket that starts to connect. A host that starts with a slash is the folder of a Unix socket. */
export declare function connectSocket({ host, port }: PostgresAddress): Socket;
/**
 * Asks Postgres whether it supports TLS for this connection.
 *
 * @throws Error when the connection fails, closes, or is silent for `timeoutMs`
 */
export declare function requestTls(socket: Socket, { host, port }: PostgresAddress, timeoutMs: number): Promise<boolean>;
export type { PostgresAddress };
//# sourceMappingURL=node.d.ts.map