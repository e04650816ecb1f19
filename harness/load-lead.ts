/** From the beginning of a load's phase to the plan's time 0, so that nobody is late for it. */
export const loadLeadMs = 300;
