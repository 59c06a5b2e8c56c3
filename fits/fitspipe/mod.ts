/** Streaming FITS frames: server, client, and what both are made of. */

export { type CameraOptions, SyntheticCamera } from "./feed/camera.ts";
export { FitspipeClient, type FitspipeClientOptions, type GetOptions } from "./client.ts";
export {
  type CameraFrameListener,
  FeedStore,
  type FeedStoreOptions,
  type Reservation,
  type Waiter,
} from "./feed/store.ts";
export {
  type DisconnectedEvent,
  type FollowEvent,
  followFeed,
  type FollowOptions,
  type GapEvent,
  type RepeatedEvent,
  type RestartedEvent,
} from "./follow.ts";
export {
  type CameraFramePieces,
  readCameraFrames,
  type ReadCameraFramesOptions,
} from "./read_frames.ts";
export { type FitspipeServer, serveFitspipe, type ServeFitspipeOptions } from "./server.ts";
export { type FeedInfo, FITSPIPE_PORT } from "./feed/protocol.ts";
export {
  cameraFrameFile,
  type CameraImage,
  encodeCameraFrame,
  FitspipeFrame,
  type FitspipeFrameParts,
} from "./feed/frame.ts";
export { feedView, type FeedViewOptions } from "./view.ts";
