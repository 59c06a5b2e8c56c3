/**
 * The exchange of images over WebSocket, as Base64 text and as binary.
 *
 * @module
 */

export {
  ImageExchange,
  type ImageExchangeEvent,
  type ImageExchangeOptions,
} from "./image_exchange.ts";
export type { SavedImage } from "./image_store.ts";
export { type ImageEcho, sendImage, type SendImageOptions } from "./send_image.ts";
export { type ImageServer, serveImages, type ServeImagesOptions } from "./serve_images.ts";
