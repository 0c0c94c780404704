export { messageOf, type SignedMessage, sha256, uriEncode } from "./canonical.ts";
export { SignatureFault } from "./fault.ts";
export {
  type Signature,
  sameSignature,
  sign,
  type Verification,
  verifySignature,
} from "./verify.ts";
