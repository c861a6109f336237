/** onnxruntime, told before anything else to send nothing home. */

// Since 1.29 its official binaries report usage to Microsoft, and keep a device id on disk, unless this is set before the
// first session is opened. What is set stays for the process. https://github.com/microsoft/onnxruntime/pull/27379
process.env['ORT_DISABLE_TELEMETRY'] = '1';

export * from 'onnxruntime-node';
