/** How long each answer took, beside it, so that monitors need not read what was answered. */

export const answerSeconds = `
ALTER TABLE answers ADD COLUMN seconds REAL;
UPDATE answers SET seconds = json_extract(result, '$.seconds') WHERE result IS NOT NULL;
UPDATE answers SET seconds = given.seconds
  FROM (SELECT answerId, json_extract(body, '$.facts.seconds') AS seconds FROM routeEvents WHERE kind = 'answer') AS given
  WHERE given.answerId = answers.id AND answers.seconds IS NULL;
CREATE INDEX answersOfRouteByTime ON answers (routeId, at);
`;
