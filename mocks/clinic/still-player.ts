// Draws a video's thumbnail: it is loaded, then its first picture is drawn. A player holds one video at a time, so each job has its own.

/** Only when the first video is there: most processes never see one, and an instance that was killed is to be back soon. */
const tools = () => import('./video.ts');

/** Twice what a page shows it at, near enough; the code in the picture of a synthetic recording stays readable. */
export const thumbnailSidePixels = 264;
const jpegQuality = 82;

export interface StillPlayer {
  /** False where there is no picture that could be drawn: no VP8 in WebM, or a size that nobody films in. */
  load(video: Uint8Array): Promise<boolean>;
  /** The picture of the video that is loaded, as JPEG. */
  draw(): Promise<Uint8Array>;
}

export function openStillPlayer(): StillPlayer {
  let picture: Uint8Array | undefined;
  return {
    async load(video) {
      const { keyFramesOf, openPicture, webpOf } = await tools();
      const [first] = await keyFramesOf(video, 1);
      if (first === undefined) return false;
      picture = webpOf(first.data);
      // The head alone is read here, and refused where it claims too many pixels.
      return openPicture(picture)
        .metadata()
        .then(
          () => true,
          () => false,
        );
    },
    async draw() {
      if (picture === undefined) throw new Error('no video is loaded, so there is no picture to draw');
      const { openPicture } = await tools();
      return openPicture(picture)
        .resize(thumbnailSidePixels, thumbnailSidePixels, { fit: 'inside' })
        .jpeg({ quality: jpegQuality })
        .toBuffer();
    },
  };
}

/** The video's thumbnail, or null where it has none: it is no video that can be drawn, or its first picture is broken. */
export async function thumbnailOf(player: StillPlayer, video: Uint8Array): Promise<Uint8Array | null> {
  return (await player.load(video)) ? player.draw().catch(() => null) : null;
}
