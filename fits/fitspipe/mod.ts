/** Streaming FITS frames: server, client, and what both are made of. */

export * from "./feed/camera.ts";
export * from "./client.ts";
export {
  type CameraFrameListener,
  FeedStore,
  type FeedStoreOptions,
  type Reservation,
  type Waiter,
} from "./feed/store.ts";
export * from "./follow.ts";
export * from "./read_frames.ts";
export * from "./server.ts";
export { type FeedInfo, FITSPIPE_PORT } from "./feed/protocol.ts";
export {
  cameraFrameFile,
  type CameraImage,
  encodeCameraFrame,
  type FitspipeFrame,
} from "./feed/frame.ts";
export * from "./view.ts";
