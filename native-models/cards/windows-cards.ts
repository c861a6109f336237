/** Graphics cards as Windows lists them: with the numbers of DXGI, by which DirectML chooses, where there are several. */

import type { FoundCard } from './found-card.ts';

/** Compiling the few lines below on a slow disk takes longer than other questions. */
export const windowsMilliseconds = 20_000;

/**
 * Nothing that comes with Windows names cards in DXGI's order, so DXGI itself is asked, through its documented interfaces
 * (only the methods that are called have a name, the others hold their place):
 * https://learn.microsoft.com/windows/win32/api/dxgi/nn-dxgi-idxgifactory1
 */
const dxgi = `
using System; using System.Collections.Generic; using System.Runtime.InteropServices;
public static class UsumakuCards {
  [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
  public struct Description {
    [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 128)] public string Name;
    public uint Vendor, Device, SubSystem, Revision;
    public UIntPtr Memory, SystemMemory, SharedMemory;
    public long Luid;
    public uint Flags;
  }
  [ComImport, Guid("770aae78-f26f-4dba-a829-253c83d1b387"), InterfaceType(ComInterfaceType.InterfaceIsIUnknown)]
  public interface IFactory {
    void A(); void B(); void C(); void D(); void E(); void F(); void G(); void H(); void I();
    [PreserveSig] int EnumAdapters1(uint number, out IAdapter adapter);
  }
  [ComImport, Guid("29038f61-3839-4626-91fd-086879011a05"), InterfaceType(ComInterfaceType.InterfaceIsIUnknown)]
  public interface IAdapter {
    void A(); void B(); void C(); void D(); void E(); void F(); void G();
    [PreserveSig] int GetDesc1(out Description description);
  }
  [DllImport("dxgi.dll")] static extern int CreateDXGIFactory1(ref Guid type, out IFactory factory);
  public static List<string> Lines() {
    Guid type = typeof(IFactory).GUID; IFactory factory; IAdapter adapter; Description found;
    List<string> lines = new List<string>();
    if (CreateDXGIFactory1(ref type, out factory) != 0) return lines;
    for (uint number = 0; factory.EnumAdapters1(number, out adapter) == 0; number++)
      if (adapter.GetDesc1(out found) == 0)
        lines.Add(String.Join("|", "number", number, found.Flags, found.Vendor, found.Device, found.Memory, found.Name));
    return lines;
  }
}`;

/**
 * Lines `named|DRIVER|BYTES|NAME` of all that Windows calls a video controller, and, where there are several,
 * `number|NUMBER|FLAGS|VENDOR|DEVICE|BYTES|NAME` of DXGI. Where scripts may compile nothing the latter do not come.
 * Windows' own figure of the memory ends at 4 GiB, the drivers' in the registry does not.
 */
export const windowsQuestion = [
  '$memory = @{}',
  "$class = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}\\0*'",
  `Get-ItemProperty $class -ErrorAction SilentlyContinue | ForEach-Object {
    if ($_.DriverDesc) { $memory[$_.DriverDesc] = $_.'HardwareInformation.qwMemorySize' } }`,
  '$cards = @(Get-CimInstance Win32_VideoController)',
  "$cards | ForEach-Object { 'named|' + $_.DriverVersion + '|' + $memory[$_.Name] + '|' + $_.Name }",
  `if ($cards.Count -gt 1) { try { Add-Type -TypeDefinition '${dxgi}'; [UsumakuCards]::Lines() } catch { } }`,
]
  .join('; ')
  .replace(/\s+/g, ' ');

/** DXGI_ADAPTER_FLAG_SOFTWARE, and the numbers of Microsoft's Basic Render Driver: DirectML refuses both. */
const software = 2;
const basicRenderDriver = '5140|140';

/** The cards in the answer's lines. */
export function windowsCards(lines: readonly string[]): readonly FoundCard[] {
  const named = lines.flatMap((line) => {
    const [, driver, bytes, name] = /^named\|([^|]*)\|([^|]*)\|(.+)$/.exec(line) ?? [];
    return name === undefined ? [] : { name: name.trim(), driver: driver || null, memoryBytes: Number(bytes) || null };
  });
  const numbered = lines.flatMap((line) => {
    const [, number, flags, kind, bytes, name] = /^number\|(\d+)\|(\d+)\|(\d+\|\d+)\|(\d+)\|(.+)$/.exec(line) ?? [];
    if (name === undefined || Number(flags) & software || kind === basicRenderDriver) return [];
    const driver = named.find((card) => card.name === name.trim())?.driver ?? null;
    return { name: name.trim(), driver, memoryBytes: Number(bytes) || null, numbers: { dml: Number(number) } };
  });
  if (numbered.length > 0) return numbered;
  // The only one there is has to be the first.
  return named.map((card) => ({ ...card, numbers: named.length === 1 ? { dml: 0 } : {} }));
}
