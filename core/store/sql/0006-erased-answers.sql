-- 0006-erased-answers.sql: what a service answered may quote the text that it was sent: when an item version is erased, the answers to its batches go
-- with it, and with them what could confirm a guess of the text. Nothing else of an exchange ever changes, and nothing before an erasure.
-- Append-only: once shipped this file never changes (a test pins its hash).

DROP TRIGGER service_exchange_no_update;
CREATE TRIGGER service_exchange_no_update BEFORE UPDATE ON service_exchange
WHEN NEW.answer IS NOT NULL OR NEW.request_sha256 IS NOT NULL OR NEW.detail <> ''
  OR NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.detector_id <> OLD.detector_id OR NEW.study_version_id <> OLD.study_version_id
  OR NEW.recipient <> OLD.recipient OR NEW.sent <> OLD.sent OR NEW.outcome <> OLD.outcome OR NEW.attempts <> OLD.attempts
  OR NEW.status IS NOT OLD.status OR NEW.asked_at <> OLD.asked_at OR NEW.ended_at <> OLD.ended_at OR NEW.texts <> OLD.texts
  OR NEW.characters <> OLD.characters OR NEW.cost <> OLD.cost OR NEW.model <> OLD.model
  OR NOT EXISTS (SELECT 1 FROM service_text t JOIN item_version v ON v.id = t.item_version_id
    WHERE t.service_exchange_id = OLD.id AND v.erased_at IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'service_exchange rows are evidence: only what answers a text that was erased is blanked');
END;

CREATE TRIGGER item_version_erased_answers AFTER UPDATE OF erased_at ON item_version WHEN NEW.erased_at IS NOT NULL BEGIN
  UPDATE service_exchange SET answer = NULL, request_sha256 = NULL, detail = ''
  WHERE id IN (SELECT service_exchange_id FROM service_text WHERE item_version_id = NEW.id);
END;

-- An answer that comes in by a merge, about a text that was erased here.
CREATE TRIGGER service_text_of_erased AFTER INSERT ON service_text
WHEN EXISTS (SELECT 1 FROM item_version v WHERE v.id = NEW.item_version_id AND v.erased_at IS NOT NULL) BEGIN
  UPDATE service_exchange SET answer = NULL, request_sha256 = NULL, detail = '' WHERE id = NEW.service_exchange_id;
END;
