/** onnxruntime, told before anything else to send nothing home, and how cards are numbered. */

// Since 1.29 its official binaries report usage to Microsoft, and keep a device id on disk, unless this is set before the
// first session is opened. What is set stays for the process. https://github.com/microsoft/onnxruntime/pull/27379
process.env['ORT_DISABLE_TELEMETRY'] = '1';
// Else CUDA numbers the fastest card first, and no tool that lists cards does:
// https://docs.nvidia.com/cuda/cuda-programming-guide/05-appendices/environment-variables.html
process.env['CUDA_DEVICE_ORDER'] = 'PCI_BUS_ID';

export * from 'onnxruntime-node';
