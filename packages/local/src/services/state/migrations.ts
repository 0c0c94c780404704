/**
 * The schema of `local.sqlite`, one entry a version, applied in order and never edited afterwards
 * (`pragma user_version` counts them). Times are Unix milliseconds, JSON is text.
 */
export const migrations: readonly string[] = [
  `
  create table ports (
    service text primary key,
    port    integer not null
  ) strict;

  create table queues (
    name       text primary key,
    created_at integer not null
  ) strict;

  -- receives counts over all queues (what SQS reports), receives_here since the last redrive
  -- (what maxReceiveCount compares). A message is in flight while it was received here and is
  -- not visible again; delayed while it was never received and is not visible yet.
  create table messages (
    seq               integer primary key autoincrement,
    queue             text not null references queues,
    id                text not null,
    body              text not null,
    attributes        text not null,
    trace_header      text,
    group_id          text,
    sent_at           integer not null,
    visible_at        integer not null,
    receives          integer not null default 0,
    receives_here     integer not null default 0,
    first_received_at integer,
    receipt           text,
    dead_letter_source text
  ) strict;
  create index messages_by_visibility on messages (queue, visible_at, receives_here, group_id);

  create table buckets (
    name       text primary key,
    created_at integer not null
  ) strict;

  -- Keys are blobs: S3 orders by UTF-8 bytes, and a key may contain NUL.
  create table objects (
    bucket      text not null references buckets,
    key         blob not null,
    file        text not null unique,
    size        integer not null,
    etag        text not null,
    modified_at integer not null,
    headers     text not null,
    metadata    text not null,
    checksum    text,
    encryption  text not null,
    primary key (bucket, key)
  ) strict, without rowid;

  create table secrets (
    name       text primary key,
    arn        text not null unique,
    value      text not null,
    declared   text,
    version_id text not null,
    created_at integer not null,
    changed_at integer not null
  ) strict;

  create table mails (
    seq     integer primary key autoincrement,
    id      text not null unique,
    sent_at integer not null,
    mail    text not null
  ) strict;
  `,
];
