/** What a browser without a session sees: how to get in, in both languages. */

export const closedDoorPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Usumaku 薄膜</title>
<h1>Usumaku 薄膜</h1>
<p>This address has been used already, or it is not complete. Run <code>npm start</code> again: it opens a new window of the app that is running.</p>
<p lang="ja">このアドレスは使用済みか、一部が欠けています。もう一度 <code>npm start</code> を実行すると、動作中のアプリの新しい画面が開きます。</p>
</html>
`;
