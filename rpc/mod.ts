/**
 * Arrays and commands over a socket.
 *
 * @module
 */

export {};
