/** The sentences of an adapter's instructions in both languages. */

export const howToWords = {
  en: {
    summary: (method: string, rank: number, base: string) =>
      `A PEFT adapter (\`adapter_config.json\`, \`adapter_model.safetensors\`): ${method}, rank ${rank}, stored as float32. It belongs to the base model **${base}** and to no other one, not even to a quantized or newer version of it. \`usumaku.json\`, where present, holds the base's fingerprint; other programs ignore it.`,
    sideBySide:
      'Put this folder and the base model’s folder beside each other and run the commands there. The adapter was trained with the base’s own chat template: ask through chat interfaces, which apply it.',
    peft: 'PEFT 0.14 or later. Load the base in float32 to get the same numbers as here; bfloat16 rounds them.',
    calls:
      'Any program that speaks OpenAI’s API can ask like this (here Python with `openai`). The name of the base’s folder as `model` asks the base alone.',
    sameCalls: 'The same program; only the address and the model’s name differ:',
    vllm: 'vLLM rounds the adapter to the number format of the base (`--lora-dtype`).',
    llamaCpp:
      'Both scripts lie in llama.cpp’s repository. Quantizing `base.gguf` changes the answers: check them again.',
    obstacles: {
      dora: 'It does not load DoRA.',
      rslora: 'It scales every adapter by alpha / rank, so an rsLoRA adapter would act too weakly, without a warning.',
      patterns: 'It does not follow ranks or alphas that differ between modules (`rank_pattern`, `alpha_pattern`).',
      storedInOut: 'It puts no adapters on models that store their weights as [in, out], as GPT-2 does.',
    },
    mergeFirst: 'Use the merged model instead (below).',
    merged: 'Merged into one model, for every program',
    mergedUse:
      'Writes a whole Hugging Face folder and checks that its logits equal those of base and adapter. Everything that loads Hugging Face folders takes it, `convert_hf_to_gguf.py` too. The adapter can then no longer be taken off.',
  },
  ja: {
    summary: (method: string, rank: number, base: string) =>
      `PEFT形式のアダプターです（\`adapter_config.json\`、\`adapter_model.safetensors\`）。方式 ${method}、ランク ${rank}、float32で保存しています。基礎モデル **${base}** 専用です。量子化版や新しい版でも、ほかのモデルには使えません。\`usumaku.json\` がある場合は基礎モデルの指紋が入っています。ほかのソフトはこのファイルを無視します。`,
    sideBySide:
      'このフォルダーと基礎モデルのフォルダーを同じ場所に並べ、そこでコマンドを実行します。学習には基礎モデル自身のチャットテンプレートを使いました。テンプレートが適用されるチャット形式で質問してください。',
    peft: 'PEFT 0.14以降が必要です。基礎モデルをfloat32で読み込むと、ここと同じ数値になります。bfloat16では丸めの差が出ます。',
    calls:
      'OpenAIのAPIに対応したプログラムなら、次のように質問できます（例はPythonの `openai`）。`model` に基礎モデルのフォルダー名を指定すると、基礎モデルだけが答えます。',
    sameCalls: '同じプログラムです。違うのはアドレスとモデル名だけです。',
    vllm: 'vLLMはアダプターを基礎モデルの数値形式に丸めます（`--lora-dtype`）。',
    llamaCpp:
      '2つのスクリプトはllama.cppのリポジトリにあります。`base.gguf` を量子化すると回答が変わります。改めて確認してください。',
    obstacles: {
      dora: 'DoRAには対応していません。',
      rslora: '倍率が常に alpha / rank になるため、rsLoRAのアダプターは警告なしに効きが弱くなります。',
      patterns: '層ごとに異なるランクやalpha（`rank_pattern`、`alpha_pattern`）には対応していません。',
      storedInOut: 'GPT-2のように重みを[in, out]で保存するモデルには、アダプターを付けられません。',
    },
    mergeFirst: '下の「統合したモデル」を使ってください。',
    merged: '統合したモデル（どのソフトでも使えます）',
    mergedUse:
      'Hugging Face形式のフォルダーを丸ごと書き出し、ロジットが「基礎モデル＋アダプター」と一致することを確かめます。Hugging Face形式を読むソフトならどれでも使え、`convert_hf_to_gguf.py` でも変換できます。統合後はアダプターを外せません。',
  },
} as const;
