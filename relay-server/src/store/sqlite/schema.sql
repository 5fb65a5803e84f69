CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- A deleted chain keeps its row, so that a replayed creation cannot bring it back.
CREATE TABLE chain (
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  created BLOB NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  public INTEGER NOT NULL,
  write BLOB NOT NULL,
  recover BLOB,
  grantee BLOB,
  paused INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1,
  next_position INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  items INTEGER NOT NULL DEFAULT 0,
  upload INTEGER NOT NULL DEFAULT 0,
  uploaded INTEGER NOT NULL DEFAULT 0
) STRICT;

-- role: 1 read, 2 fetch
CREATE TABLE chain_key (
  chain INTEGER NOT NULL,
  role INTEGER NOT NULL,
  key BLOB NOT NULL,
  upload INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (chain, role, key)
) STRICT, WITHOUT ROWID;

-- The map: rows are only ever inserted. n is the order of admission.
CREATE TABLE map (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  map_key BLOB NOT NULL UNIQUE,
  commitment BLOB NOT NULL,
  promise BLOB NOT NULL,
  time INTEGER NOT NULL
) STRICT;

CREATE TABLE block (
  map_n INTEGER PRIMARY KEY REFERENCES map (n),
  chain INTEGER NOT NULL,
  position INTEGER NOT NULL,
  label BLOB NOT NULL,
  block BLOB,
  slot BLOB,
  body BLOB,
  UNIQUE (chain, position)
) STRICT;

-- uploader: the fetch key that put it here; none where the owner did
CREATE TABLE blob (
  n INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL,
  address BLOB NOT NULL,
  size INTEGER NOT NULL,
  file TEXT,
  content BLOB,
  uploader BLOB,
  UNIQUE (chain, address)
) STRICT;
-- Chains that share a blob name the same file; it goes with the last of them.
CREATE INDEX blob_file ON blob (file) WHERE file IS NOT NULL;

CREATE TABLE access (
  n INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL,
  key BLOB NOT NULL,
  address BLOB,
  through INTEGER,
  time INTEGER NOT NULL,
  method TEXT NOT NULL,
  authority TEXT NOT NULL,
  path TEXT NOT NULL,
  query TEXT NOT NULL,
  signature_input TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX access_blob ON access (chain, key, address) WHERE address IS NOT NULL;
CREATE UNIQUE INDEX access_blocks ON access (chain, key, through) WHERE through IS NOT NULL;

CREATE TABLE nonce (
  key BLOB NOT NULL,
  nonce BLOB NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (key, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX nonce_expires ON nonce (expires);

-- Hashes of spent tokens, beside nothing.
CREATE TABLE spent_token (
  hash BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE locator (
  id BLOB PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE mailbox (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  read BLOB NOT NULL,
  intake INTEGER NOT NULL,
  contact BLOB,
  next_cursor INTEGER NOT NULL DEFAULT 1,
  pending INTEGER NOT NULL DEFAULT 0,
  pending_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE mailbox_key (
  mailbox INTEGER NOT NULL,
  key BLOB NOT NULL,
  PRIMARY KEY (mailbox, key)
) STRICT, WITHOUT ROWID;

-- An acknowledged envelope keeps its hash until its time is over, so that the same one is not delivered twice.
CREATE TABLE envelope (
  n INTEGER PRIMARY KEY,
  mailbox INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  hash BLOB NOT NULL,
  time INTEGER NOT NULL,
  content BLOB,
  UNIQUE (mailbox, cursor),
  UNIQUE (mailbox, hash)
) STRICT;
CREATE INDEX envelope_time ON envelope (time);

CREATE TABLE offer (
  id BLOB PRIMARY KEY,
  created BLOB NOT NULL,
  content BLOB NOT NULL,
  owner BLOB NOT NULL,
  claimant BLOB NOT NULL,
  expires INTEGER NOT NULL,
  claim BLOB,
  attempts INTEGER NOT NULL DEFAULT 0,
  state_version INTEGER NOT NULL DEFAULT 0,
  reveal BLOB,
  answer BLOB,
  answer_version INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX offer_expires ON offer (expires);

CREATE TABLE organization (
  id BLOB PRIMARY KEY,
  chain INTEGER NOT NULL,
  statement BLOB NOT NULL
) STRICT;
