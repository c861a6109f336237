/**
 * The newest grade of each answer beside it, so that lists and counts need not look through everything that was ever said.
 * It follows from the events, which alone count: guards are replayed from those.
 */

export const newestGrades = `
ALTER TABLE answers ADD COLUMN grade TEXT;
UPDATE answers SET grade = newest.grade
  FROM (SELECT answerId, json_extract(body, '$.grade') AS grade, MAX(sequence)
        FROM routeEvents WHERE kind = 'grade' GROUP BY answerId) AS newest
  WHERE newest.answerId = answers.id;
CREATE TRIGGER newestGrade AFTER INSERT ON routeEvents WHEN NEW.kind = 'grade'
BEGIN UPDATE answers SET grade = json_extract(NEW.body, '$.grade') WHERE id = NEW.answerId; END;
CREATE INDEX ungradedPairs ON answers (rolloutId, position) WHERE shadowOf IS NOT NULL AND grade IS NULL;
CREATE INDEX andonAnswers ON answers (position) WHERE shadowOf IS NULL AND grade = 'andon';
CREATE INDEX activityOfStations ON answers (at, stationId, grade) WHERE shadowOf IS NULL;
`;
