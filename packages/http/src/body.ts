import { Refusal } from "@bulkhead/core/error";
import { bodyLimit } from "hono/body-limit";

/** Refuses a request whose body is longer than `bytes`, whatever its headers claim. */
export const limitBody = (bytes: number) =>
  bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw new Refusal("too_large", "request.too_large", `The body is over ${bytes} bytes.`);
    },
  });
