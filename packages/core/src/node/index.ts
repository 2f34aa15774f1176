export { openSocket } from './open-socket.ts'
export { connectSocket, requestTls, type PostgresAddress } from './request-tls.ts'
