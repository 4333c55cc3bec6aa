/* A dialog over the page: focus is kept inside and returns to where it was; Escape closes it. */
import type { ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useText } from '../i18n/index.ts';
import { Icon } from './icons.tsx';

export function Box({
  open,
  onClose,
  title,
  children,
  wide,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  wide?: boolean;
}) {
  const t = useText();
  return (
    <ModalOverlay
      className="overlay"
      isOpen={open}
      onOpenChange={(is) => {
        if (!is) onClose();
      }}
      isDismissable={false}>
      <Modal className={'modal' + (wide ? ' modal-wide' : '')}>
        <Dialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title">{title}</Heading>
            <Button className="icon-button" aria-label={t.app.close} onPress={onClose}>
              <Icon name="close" />
            </Button>
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
