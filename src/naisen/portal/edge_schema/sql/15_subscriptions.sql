-- Who is told of whose calls and messages (RFC 6665), kept so that a restart of the edge ends no subscription.
-- `notified` is how many NOTIFYs it has had; the edge goes on far beyond it after a restart, so losing some is nothing.
CREATE TABLE edge.subscription (
    local_tag varchar(40) PRIMARY KEY,
    remote_tag varchar(128) NOT NULL,
    call_id varchar(255) NOT NULL,
    event varchar(40) NOT NULL CHECK (event IN ('dialog', 'message-summary')),
    event_id varchar(64) NOT NULL,
    tenant_id bigint NOT NULL,
    device_id bigint NOT NULL,
    login varchar(64) NOT NULL,
    domain varchar(190) NOT NULL,
    kind varchar(20) NOT NULL CHECK (kind IN ('person', 'department', 'mailbox')),
    target_id bigint NOT NULL,
    entity varchar(270) NOT NULL,
    remote_uri varchar(260) NOT NULL,
    local_uri varchar(260) NOT NULL,
    contact varchar(260) NOT NULL,
    sent_to varchar(260) NOT NULL,
    cseq bigint NOT NULL,
    notified integer NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX subscription_by_device ON edge.subscription (device_id);
CREATE INDEX subscription_by_end ON edge.subscription (expires_at);
CREATE TRIGGER wait_for_no_disk BEFORE UPDATE OF notified OR DELETE ON edge.subscription
FOR EACH STATEMENT EXECUTE FUNCTION edge.wait_for_no_disk();
GRANT SELECT, INSERT, UPDATE, DELETE ON edge.subscription TO naisen_edge;
