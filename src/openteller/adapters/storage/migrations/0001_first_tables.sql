-- The first tables. Every table with customers' rows carries its tenant, and row-level security is forced on it
-- (AZ-04); what each column holds and how long it lives is in register.yaml. Time comes from the application's clock.
-- Sealed columns are ciphertext under the subject's own key: destroy the key and they are noise (DP-05).

-- Who: a visitor or a customer of the bank. Links are found by a keyed hash of the handle, never by the handle.
CREATE TABLE subjects (
    tenant      text        NOT NULL DEFAULT current_setting('app.tenant', true),
    subject_id  uuid        NOT NULL,
    created_at  timestamptz NOT NULL,
    erased_at   timestamptz,
    PRIMARY KEY (tenant, subject_id)
);

CREATE TABLE subject_keys (
    tenant      text  NOT NULL DEFAULT current_setting('app.tenant', true),
    subject_id  uuid  NOT NULL,
    wrapped_key bytea,                 -- NULL once destroyed
    PRIMARY KEY (tenant, subject_id),
    FOREIGN KEY (tenant, subject_id) REFERENCES subjects
);

CREATE TABLE subject_links (
    tenant      text        NOT NULL DEFAULT current_setting('app.tenant', true),
    kind        text        NOT NULL,  -- bank_customer, web_visitor, channel:<name>
    handle_hash bytea       NOT NULL,
    subject_id  uuid        NOT NULL,
    sealed      bytea       NOT NULL,  -- the handle or customer number itself
    linked_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant, kind, handle_hash),
    FOREIGN KEY (tenant, subject_id) REFERENCES subjects
);
CREATE INDEX ON subject_links (tenant, subject_id);

-- Sessions of the web face. The token is kept as a hash only.
CREATE TABLE sessions (
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    session_id      uuid        NOT NULL,
    token_hash      bytea       NOT NULL,
    subject_id      uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    level           smallint    NOT NULL,
    created_at      timestamptz NOT NULL,
    last_active_at  timestamptz NOT NULL,  -- account data idles out five minutes after this (ID-03)
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant, session_id)
);
CREATE UNIQUE INDEX ON sessions (tenant, token_hash);

CREATE TABLE used_tokens (             -- single use of login tokens, socket tickets and approvals
    tenant     text        NOT NULL DEFAULT current_setting('app.tenant', true),
    token_id   text        NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, token_id)
);

-- What: conversations, what came in, what was decided, what was said.
CREATE TABLE conversations (
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    conversation_id uuid        NOT NULL,
    subject_id      uuid        NOT NULL,
    channel         text        NOT NULL,
    locale          text        NOT NULL,
    time_zone       text        NOT NULL,
    holder          text        NOT NULL,  -- with_bot, waiting_for_agent, with_agent, resolved
    agent           text,                  -- who has it while with_agent
    pack_version    text        NOT NULL,
    state           bytea,                 -- sealed DialogueState
    last_seq        bigint      NOT NULL DEFAULT 0,
    lease_holder    text,                  -- the process that works on it
    lease_until     timestamptz,
    fence           bigint      NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL,
    last_at         timestamptz NOT NULL,
    PRIMARY KEY (tenant, conversation_id),
    FOREIGN KEY (tenant, subject_id) REFERENCES subjects
);
CREATE INDEX ON conversations (tenant, subject_id);
CREATE INDEX ON conversations (tenant, holder, last_at);

CREATE TABLE inbox (
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    turn_id         uuid        NOT NULL,  -- time-ordered
    conversation_id uuid        NOT NULL,
    channel         text        NOT NULL,
    external_id     text        NOT NULL,
    kind            text        NOT NULL,  -- text, choice, person, step_up
    session_id      uuid,
    sealed          bytea       NOT NULL,  -- the redacted words
    received_at     timestamptz NOT NULL,
    arrival         bigint      GENERATED ALWAYS AS IDENTITY,
    status          text        NOT NULL,  -- pending, done, parked
    tries           smallint    NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, turn_id),
    FOREIGN KEY (tenant, conversation_id) REFERENCES conversations
);
CREATE UNIQUE INDEX ON inbox (tenant, channel, external_id);
CREATE INDEX inbox_pending ON inbox (tenant, conversation_id, arrival) WHERE status = 'pending';

CREATE TABLE turns (
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    turn_id         uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    fence           bigint      NOT NULL,
    decision        text        NOT NULL,  -- its kind
    reason          text        NOT NULL,
    language        text        NOT NULL,
    intents         text[]      NOT NULL,
    signals         text[]      NOT NULL,
    versions        jsonb       NOT NULL,
    recorded        bytea       NOT NULL,  -- sealed: all inputs and the decision, for replay
    decided_at      timestamptz NOT NULL,
    took_ms         real        NOT NULL,
    PRIMARY KEY (tenant, turn_id)
);
CREATE INDEX ON turns (tenant, conversation_id, decided_at);

CREATE TABLE messages (
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    conversation_id uuid        NOT NULL,
    seq             bigint      NOT NULL,
    message_id      uuid        NOT NULL,
    turn_id         uuid,
    author          text        NOT NULL,  -- customer, bot, agent
    author_name     text        NOT NULL DEFAULT '',
    reply_keys      text[]      NOT NULL DEFAULT '{}',
    sealed          bytea       NOT NULL,  -- the parts
    at              timestamptz NOT NULL,
    PRIMARY KEY (tenant, conversation_id, seq)
);

CREATE TABLE outbox (                    -- messages for foreign channels; a job each, deferred in the same commit
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    message_id      uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    seq             bigint      NOT NULL,
    channel         text        NOT NULL,
    status          text        NOT NULL,  -- waiting, sent, failed
    tries           smallint    NOT NULL DEFAULT 0,
    sent_at         timestamptz,
    PRIMARY KEY (tenant, message_id)
);
CREATE INDEX outbox_waiting ON outbox (tenant, conversation_id, seq) WHERE status = 'waiting';

-- Actions: drawn up, shown, confirmed, authorised, executed; one way only (TX-02).
CREATE TABLE action_intents (
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    intent_id       uuid        NOT NULL,  -- also the idempotency key at the bank
    conversation_id uuid        NOT NULL,
    subject_id      uuid        NOT NULL,
    kind            text        NOT NULL,
    state           text        NOT NULL,
    level           smallint    NOT NULL,  -- what the policy asked for when it was shown
    sealed          bytea       NOT NULL,  -- the Action: amount, payee, accounts
    challenge_id    text,
    approval        bytea,                 -- sealed: the bank's signed approval
    reference       text,                  -- the bank's reference, or ours when parked
    outcome         text,                  -- the bank's reason code
    shown_at        timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant, intent_id),
    FOREIGN KEY (tenant, conversation_id) REFERENCES conversations
);
CREATE INDEX ON action_intents (tenant, conversation_id);
CREATE UNIQUE INDEX ON action_intents (tenant, challenge_id) WHERE challenge_id IS NOT NULL;
CREATE INDEX action_intents_waiting ON action_intents (tenant, expires_at) WHERE state IN ('shown', 'confirmed');
CREATE INDEX action_intents_open ON action_intents (tenant, changed_at) WHERE state IN ('executing', 'unknown');

-- People and promises.
CREATE TABLE handovers (
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    handover_id     uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    reference       text        NOT NULL,
    reason          text        NOT NULL,
    queue           text        NOT NULL,
    priority        smallint    NOT NULL,
    state           text        NOT NULL,  -- waiting, ticket, accepted, returned, closed
    requested_at    timestamptz NOT NULL,
    due_at          timestamptz NOT NULL,
    accepted_at     timestamptz,
    accepted_by     text,
    closed_at       timestamptz,
    PRIMARY KEY (tenant, handover_id),
    FOREIGN KEY (tenant, conversation_id) REFERENCES conversations
);
CREATE UNIQUE INDEX ON handovers (tenant, reference);
CREATE UNIQUE INDEX handovers_open ON handovers (tenant, conversation_id) WHERE state IN ('waiting', 'ticket', 'accepted');

CREATE TABLE obligations (
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    obligation_id   uuid        NOT NULL,
    kind            text        NOT NULL,
    reference       text        NOT NULL,
    conversation_id uuid        NOT NULL,
    subject_id      uuid        NOT NULL,
    owner           text        NOT NULL,
    due_at          timestamptz NOT NULL,
    opened_at       timestamptz NOT NULL,
    closed_at       timestamptz,
    proof           text,
    PRIMARY KEY (tenant, obligation_id)
);
CREATE INDEX obligations_open ON obligations (tenant, due_at) WHERE closed_at IS NULL;

CREATE TABLE staff (
    tenant        text        NOT NULL DEFAULT current_setting('app.tenant', true),
    staff_id      text        NOT NULL,
    display_name  text        NOT NULL,
    password_hash text        NOT NULL,
    role          text        NOT NULL,  -- agent, supervisor, compliance, admin
    disabled_at   timestamptz,
    PRIMARY KEY (tenant, staff_id)
);

CREATE TABLE staff_sessions (
    tenant         text        NOT NULL DEFAULT current_setting('app.tenant', true),
    token_hash     bytea       NOT NULL,
    staff_id       text        NOT NULL,
    csrf           text        NOT NULL,
    last_active_at timestamptz NOT NULL,  -- also: who is at their desk
    expires_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant, token_hash),
    FOREIGN KEY (tenant, staff_id) REFERENCES staff
);

-- Proof. Inserted unordered with the turn; the sealer gives each its place and hash a moment later (RFC 6962).
CREATE TABLE audit_events (
    tenant      text        NOT NULL DEFAULT current_setting('app.tenant', true),
    event_id    uuid        NOT NULL,
    at          timestamptz NOT NULL,
    kind        text        NOT NULL,
    actor       text        NOT NULL,
    subject_id  uuid,
    correlation uuid,
    details     jsonb       NOT NULL,
    PRIMARY KEY (tenant, event_id)
);
CREATE INDEX ON audit_events (tenant, at);          -- the sealer looks at the last minutes only
CREATE INDEX ON audit_events (tenant, subject_id);

CREATE TABLE audit_leaves (
    tenant    text   NOT NULL DEFAULT current_setting('app.tenant', true),
    position  bigint NOT NULL,
    event_id  uuid   NOT NULL,
    leaf_hash bytea  NOT NULL,
    PRIMARY KEY (tenant, position)
);
CREATE UNIQUE INDEX ON audit_leaves (tenant, event_id);

CREATE TABLE audit_checkpoints (
    tenant    text        NOT NULL DEFAULT current_setting('app.tenant', true),
    tree_size bigint      NOT NULL,
    root_hash bytea       NOT NULL,
    at        timestamptz NOT NULL,
    signature bytea       NOT NULL,
    PRIMARY KEY (tenant, tree_size)
);

-- Operating, without tenants: read by sweeps, routing and switches; holds no personal data.
CREATE TABLE tenants (
    tenant     text        PRIMARY KEY,
    created_at timestamptz NOT NULL
);

CREATE TABLE switches (
    name       text        PRIMARY KEY,  -- actions, action:<kind>, channel:<name>, bot
    off        boolean     NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text        NOT NULL,
    reason     text        NOT NULL
);
