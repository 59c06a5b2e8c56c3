/**
 * HTTP/1.1 over bare sockets: a server, static files, and a family of clients.
 *
 * @module
 */

export {};
