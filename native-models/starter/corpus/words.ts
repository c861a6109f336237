/** Word lists of the generator, in both languages. */

import type { Bilingual } from './types.ts';

const pairs = (text: string): readonly Bilingual[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [ja = '', en = ''] = line.split('|').map((part) => part.trim());
      return { ja, en };
    });

export const people = pairs(`
佐藤|Sato
鈴木|Suzuki
高橋|Takahashi
田中|Tanaka
伊藤|Ito
渡辺|Watanabe
山本|Yamamoto
中村|Nakamura
小林|Kobayashi
加藤|Kato
吉田|Yoshida
山田|Yamada
松本|Matsumoto
井上|Inoue
木村|Kimura
清水|Shimizu
森|Mori
池田|Ikeda
橋本|Hashimoto
山下|Yamashita
石川|Ishikawa
前田|Maeda
藤田|Fujita
小川|Ogawa
後藤|Goto
岡田|Okada
村上|Murakami
石井|Ishii
坂本|Sakamoto
遠藤|Endo
青木|Aoki
西村|Nishimura
福田|Fukuda
太田|Ota
三浦|Miura
藤原|Fujiwara
松田|Matsuda
原田|Harada
小野|Ono
竹内|Takeuchi
`);

export const machineTypes = pairs(`
プレス|Press
旋盤|Lathe
コンプレッサー|Compressor
ポンプ|Pump
ボイラー|Boiler
コンベア|Conveyor
乾燥炉|Oven
ミキサー|Mixer
射出機|Molder
包装機|Packer
洗浄機|Washer
研削盤|Grinder
`);

export const alarmMeanings = pairs(`
油圧低下|low oil pressure
空気圧低下|low air pressure
モーター過熱|motor overheating
軸受過熱|bearing overheating
過負荷|overload
非常停止中|emergency stop active
扉の開放|door open
潤滑油不足|lack of lubricant
冷却水不足|lack of coolant
冷却水の漏れ|coolant leak
フィルター詰まり|clogged filter
材料切れ|out of material
材料詰まり|material jam
刃物の摩耗|worn tool
刃物の破損|broken tool
センサー断線|sensor wire broken
センサー汚れ|dirty sensor
原点未復帰|home position not set
サーボ異常|servo fault
通信異常|communication fault
電池電圧低下|low battery
電源電圧低下|low supply voltage
漏電|earth leakage
ベルトの緩み|loose belt
ベルト切れ|broken belt
チェーンの緩み|loose chain
振動過大|too much vibration
温度過高|temperature too high
温度過低|temperature too low
液面低下|low liquid level
液面過高|high liquid level
真空不足|lack of vacuum
ヒーター断線|heater wire broken
ファン停止|fan stopped
排出口の詰まり|blocked outlet
クランプ未完了|clamp not closed
ワークの位置ずれ|workpiece out of place
ライトカーテン遮光|light curtain blocked
速度超過|overspeed
ブレーキ異常|brake fault
`);

export const firstActions = pairs(`
バルブを閉める|close the valve
バルブを開ける|open the valve
電源を切る|switch off the power
非常停止を押す|press the emergency stop
リセットを押す|press reset
オイルを足す|add oil
冷却水を足す|add coolant
フィルターを替える|replace the filter
フィルターを洗う|wash the filter
ベルトを張る|tighten the belt
扉を閉める|close the door
カバーを開ける|open the cover
材料を補充する|refill the material
材料を取り除く|remove the material
刃物を替える|replace the tool
センサーを拭く|wipe the sensor
原点に戻す|return to home
電池を替える|replace the battery
配線を確かめる|check the wiring
圧力計を見る|read the pressure gauge
温度計を見る|read the thermometer
班長を呼ぶ|call the team leader
保全を呼ぶ|call maintenance
ブレーカーを見る|check the breaker
ファンを掃除する|clean the fan
排出口を掃除する|clean the outlet
液を抜く|drain the liquid
速度を下げる|lower the speed
荷重を減らす|reduce the load
クランプを締め直す|close the clamp again
ワークを置き直す|place the workpiece again
三分待つ|wait three minutes
`);
