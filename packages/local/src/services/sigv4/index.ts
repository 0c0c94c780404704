export { PRESIGNED_PARAMETERS } from "./claims.ts";
export { SignatureFault } from "./fault.ts";
export { type SignedRequest, signedRequestOf } from "./signed-request.ts";
export { type Signature, sameSignature, verifySignature } from "./verify.ts";
