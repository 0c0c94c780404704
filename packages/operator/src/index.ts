export { exportTenant } from "./archive/export.ts";
export { restoreAs, restoreInto } from "./archive/restore.ts";
export { Fault } from "./fault.ts";
export { abortMove, finishMove } from "./move/end.ts";
export { moveTenant } from "./move/move.ts";
export { claimTenant, findTenant, listTenants } from "./move/tenants.ts";
export { houseOf } from "./place/house.ts";
