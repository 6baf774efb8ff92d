"""Reply to sound: speech synthesis and a loudspeaker that can be stopped."""
