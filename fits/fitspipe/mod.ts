/** Streaming FITS frames: server, client, and what both are made of. */

export * from "./camera.ts";
export * from "./client.ts";
export { FeedStore, type FeedStoreOptions, type FrameListener, type Waiter } from "./feed_store.ts";
export * from "./follow.ts";
export * from "./read_frames.ts";
export * from "./server.ts";
export { type FeedInfo, FITSPIPE_PORT } from "./protocol.ts";
export { encodeFrame, type FitspipeFrame, frameFile, type FrameImage } from "./frame.ts";
export * from "./view.ts";
