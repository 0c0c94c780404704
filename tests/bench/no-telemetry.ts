// Stands in for `@bulkhead/telemetry` in a bundle: the same function without any of it.

type Run<T> = () => T;
const nothing = () => {};

export const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
export const startTelemetry = nothing;
export const observeDatabase = undefined;
export const outsideWork = <T>(run: Run<T>) => run();
export const inWork = <T>(_: unknown, run: Run<T>) => run();
export const inSpan = <T>(_: string, __: string, ___: unknown, run: Run<T>) => run();
export const annotate = nothing;
export const failed = nothing;
export const currentTraceId = nothing;
export const currentTraceparent = nothing;
export const parseClick = nothing;
export const parseTraceparent = nothing;
