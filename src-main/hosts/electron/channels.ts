/** The two channels between window and host. */

export const requestChannel = 'usumaku:request';
export const eventChannel = 'usumaku:event';
